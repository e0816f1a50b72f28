import type { NotifierPort } from "../../driver/ports.ts";
import type { Notice } from "../../model/notice.ts";
import { askJson } from "../json-request.ts";
import { inAttempts, type Limits, refusalBy } from "./attempts.ts";
import { fit } from "./texts.ts";

export interface PagerDutyOptions {
  readonly routingKey: string;
  /** `https://events.pagerduty.com` */
  readonly url: string;
}

/**
 * Opens and resolves incidents by PagerDuty's Events API v2. Its own client for Node (`@pagerduty/pdjs`) has seen no release
 * for years and sends events to one fixed address; the API is one POST.
 * https://developer.pagerduty.com/docs/events-api-v2/overview/
 */
export function pagerDuty({ routingKey, url }: PagerDutyOptions, limits: Limits): NotifierPort["send"] {
  const enqueue = (body: object, signal: AbortSignal) =>
    inAttempts(limits, signal, async (limit) => {
      const { status, text, headers } = await askJson({
        method: "POST",
        url: `${url.replace(/\/$/, "")}/v2/enqueue`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ routing_key: routingKey, ...body }),
        timeoutMs: limits.patience,
        signal: limit,
      });
      if (status >= 300) throw refusalBy(status, text, headers["retry-after"]);
    });
  return async (notice, _thread, signal) => {
    if (notice.incident === null) return null;
    const { action, key } = notice.incident;
    const resolve = { event_action: "resolve", dedup_key: key };
    await enqueue(
      action === "close" ? resolve : { event_action: "trigger", dedup_key: key, payload: payloadOf(notice) },
      signal,
    );
    // A test is over at once.
    if (action === "open" && notice.change === "test") await enqueue(resolve, signal);
    return null;
  };
}

function payloadOf({ change, environment, service, version, strategy, by, at, summary, reason, facts, next }: Notice) {
  return {
    // PagerDuty refuses a longer one.
    summary: fit(summary, 1_024),
    source: `sluice ${environment}`,
    severity: change === "stranded" ? "critical" : change === "test" ? "info" : "error",
    timestamp: at,
    component: service,
    group: environment,
    class: change,
    custom_details: {
      version,
      strategy,
      by,
      reason,
      ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
      what_to_do: next.join("\n"),
    },
  };
}
