import pRetry from "p-retry";
import type { Page, PagerPort } from "../driver/ports.ts";
import { UnknownError } from "../model/errors.ts";
import type { PagingSettings } from "../model/settings/paging.ts";
import { askJson } from "./json-request.ts";
import type { ResolveSecret } from "./secrets.ts";

/** Of one attempt, in milliseconds. */
const patience = 5_000;
const attempts = 3;

/** Pages by the environment's settings; without any, nobody is paged. */
export function pagerBy(settings: PagingSettings | undefined, resolve: ResolveSecret, source: string): PagerPort {
  switch (settings?.kind) {
    case undefined:
      return { page: () => Promise.resolve(), resolve: () => Promise.resolve() };
    case "pagerduty": {
      // https://developer.pagerduty.com/docs/events-api-v2/overview/
      const send = async (action: "trigger" | "resolve", key: string, page?: Page) =>
        post(`${settings.url.replace(/\/$/, "")}/v2/enqueue`, {
          routing_key: await resolve(settings.routingKey),
          event_action: action,
          dedup_key: key,
          ...(page
            ? {
                payload: {
                  // PagerDuty refuses a longer one.
                  summary: page.summary.slice(0, 1024),
                  source,
                  severity: "critical",
                  custom_details: { what_to_do: page.details },
                },
              }
            : {}),
        });
      return { page: (page) => send("trigger", page.key, page), resolve: (key) => send("resolve", key) };
    }
    case "webhook": {
      const send = async (body: object) => post(await resolve(settings.url), { source, ...body });
      return {
        page: (page) => send({ status: "firing", ...page }),
        resolve: (key) => send({ status: "resolved", key }),
      };
    }
  }
}

/** Never names the address: a webhook's is a secret. */
async function post(url: string, body: object): Promise<void> {
  await pRetry(
    async () => {
      const { status, text } = await askJson({
        method: "POST",
        url,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        timeoutMs: patience,
      });
      if (status >= 300) throw new UnknownError(`it answers ${status}: ${text}`);
    },
    { retries: attempts - 1, minTimeout: 500, factor: 2 },
  );
}
