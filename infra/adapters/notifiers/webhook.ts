import { randomUUID } from "node:crypto";
import type { NotifierPort } from "../../driver/ports.ts";
import { InputError } from "../../model/errors.ts";
import { askJson } from "../json-request.ts";
import { inAttempts, type Limits, refusalBy } from "./attempts.ts";

export interface WebhookOptions {
  /** A secret itself. */
  readonly url: string;
  /** `whsec_` and the key in base64. */
  readonly signingSecret: string;
}

/**
 * A POST signed by https://www.standardwebhooks.com: HMAC-SHA256 over id, time and body. A retry has the id of the first
 * attempt and a time of its own.
 */
export function webhook({ url, signingSecret }: WebhookOptions, limits: Limits): NotifierPort["send"] {
  return async (notice, _thread, signal) => {
    const { Webhook } = await import("standardwebhooks");
    const signer = new Webhook(checked(signingSecret));
    const body = JSON.stringify({ type: `rollout.${notice.change}`, timestamp: notice.at, data: notice });
    const id = `msg_${randomUUID()}`;
    await inAttempts(limits, signal, async (limit) => {
      const now = new Date();
      const { status, headers } = await askJson({
        method: "POST",
        url,
        headers: {
          "content-type": "application/json",
          "webhook-id": id,
          "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
          "webhook-signature": signer.sign(id, now, body),
        },
        body,
        timeoutMs: limits.patience,
        signal: limit,
      });
      // Its words stay there: they may quote the address.
      if (status >= 300) throw refusalBy(status, "", headers["retry-after"]);
    });
    return null;
  };
}

/** @throws InputError without the value */
function checked(secret: string): string {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const bytes = Buffer.from(encoded ?? "", "base64").length;
  if (bytes >= 24 && bytes <= 64) return secret;
  const message = "expected whsec_ and 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes one";
  throw new InputError("The webhook's secret can't be used:", [{ key: "signingSecret", message }]);
}
