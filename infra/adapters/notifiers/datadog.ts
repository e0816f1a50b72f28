import type { NotifierPort } from "../../driver/ports.ts";
import type { Notice } from "../../model/notice.ts";
import { inAttempts, type Limits, refusalBy } from "./attempts.ts";
import { bodyOf, fit } from "./texts.ts";

export interface DatadogEventsOptions {
  readonly apiKey: string;
  /** Of the API: `https://api.datadoghq.eu` */
  readonly url: string;
}

const alertTypes: Readonly<Record<Notice["change"], "error" | "warning" | "success" | "info">> = {
  refused: "warning",
  approvalNeeded: "info",
  started: "info",
  step: "info",
  paused: "info",
  held: "info",
  promoted: "success",
  rolledBack: "error",
  stranded: "error",
  reverting: "warning",
  reverted: "warning",
  revertFailed: "error",
  test: "info",
};

/**
 * An event in Datadog's stream, by Datadog's own client. That is large (a second and a half to load whole, a third of one for
 * this part of it), so it is loaded when there is something to say.
 */
export function datadogEvents({ apiKey, url }: DatadogEventsOptions, limits: Limits): NotifierPort["send"] {
  return async (notice, _thread, signal) => {
    const [common, { EventsApi }, logging] = await Promise.all([
      import("@datadog/datadog-api-client/dist/packages/datadog-api-client-common/index.js"),
      import("@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/EventsApi.js"),
      import("@datadog/datadog-api-client/dist/logger.js"),
    ]);
    // It writes failures to the terminal by itself.
    (logging as { readonly logger: { setLevel(level: "silent"): void } }).logger.setLevel("silent");
    await inAttempts(limits, signal, async (limit) => {
      const configuration = common.createConfiguration({
        baseServer: new common.BaseServerConfiguration(url.replace(/\/$/, ""), {}),
        authMethods: { apiKeyAuth: apiKey },
        httpConfig: { compress: false },
        enableRetry: false,
        fetch: (to: string, init: RequestInit) => answered(to, { ...init, signal: limit }),
      });
      await new EventsApi(configuration).createEvent({ body: eventOf(notice) });
    });
    return null;
  };
}

/** The client's errors leave out the headers: what isn't taken is told here. */
async function answered(to: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(to, init);
  if (answer.ok) return answer;
  const { headers, status } = answer;
  const text = fit((await answer.text()).trim(), 200);
  throw refusalBy(status, text, headers.get("retry-after") ?? headers.get("x-ratelimit-reset") ?? "");
}

function eventOf(notice: Notice) {
  const { change, environment, service, version, strategy, rollout, by, at, summary } = notice;
  const tags = { env: environment, service, version, strategy, change, by, source: "sluice" };
  return {
    title: fit(summary, 100),
    // Datadog takes 4,000 characters.
    text: fit([summary, bodyOf(notice)].join("\n"), 4_000),
    dateHappened: Math.floor(Date.parse(at) / 1000),
    alertType: alertTypes[change],
    aggregationKey: fit(`${environment}/${service}/${rollout}`, 100),
    tags: Object.entries(tags).flatMap(([key, value]) => (value === null ? [] : [`${key}:${value}`])),
  };
}
