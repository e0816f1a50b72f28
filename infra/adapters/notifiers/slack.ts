import type { Logger } from "@slack/web-api";
import type { NotifierPort } from "../../driver/ports.ts";
import { inAttempts, type Limits, Refusal, refusalBy } from "./attempts.ts";
import { slackMessage } from "./slack-message.ts";

export interface SlackOptions {
  /** `xoxb-...` */
  readonly token: string;
  readonly channel: string;
  /** `https://slack.com/api/` */
  readonly url: string;
}

/** Answers with status 200 that say "later". */
const passing = new Set(["ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"]);

/** Its client writes to the terminal by itself; what matters is in the errors. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => "error" as never,
  setName: () => undefined,
};

/** A message in Slack, in the thread of its rollout. The client is loaded when there is something to say. */
export function slack({ token, channel, url }: SlackOptions, limits: Limits): NotifierPort["send"] {
  return async (notice, thread, signal) => {
    const client = await import("@slack/web-api");
    const { text, blocks, isLoud } = slackMessage(notice);
    const reply = thread === null ? {} : { thread_ts: thread, ...(isLoud ? { reply_broadcast: true as const } : {}) };
    return inAttempts(limits, signal, async (limit) => {
      const web = new client.WebClient(token, {
        slackApiUrl: url.endsWith("/") ? url : `${url}/`,
        logger: quiet,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        fetch: (to, init) => fetch(to, { ...init, signal: limit }),
      });
      try {
        const sent = await web.chat.postMessage({
          channel,
          text,
          blocks,
          unfurl_links: false,
          unfurl_media: false,
          ...reply,
        });
        if (sent.ts === undefined) throw new Refusal("its answer names no message", { isFinal: true });
        return thread ?? sent.ts;
      } catch (error) {
        if (error instanceof client.WebAPIPlatformError) {
          const what = error.data.error;
          throw new Refusal(`it answers ${what}`, { isFinal: !passing.has(what) });
        }
        if (error instanceof client.WebAPIRateLimitedError) throw refusalBy(429, "", String(error.retryAfter));
        if (error instanceof client.WebAPIHTTPError) throw refusalBy(error.statusCode, "");
        throw error;
      }
    });
  };
}
