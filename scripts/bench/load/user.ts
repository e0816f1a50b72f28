import { createHash } from "node:crypto";
import { Client } from "undici";
import { messageOf } from "../../../infra/model/errors.ts";
import { monotonic, type Outcome, type Target } from "./protocol.ts";

export interface Sent {
  /** Milliseconds of `monotonic()`. */
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  readonly post: boolean;
  /** Why it failed. */
  readonly reason: string | null;
}

const answerTimeout = 10_000;

/** One user: a kept-alive connection, one request on it at a time, nothing ever sent twice. */
export class User {
  readonly #client: Client;
  readonly #headers: Record<string, string>;
  readonly #path: string;
  readonly #body: Buffer;
  #count: number;
  #before: Promise<unknown> = Promise.resolve();

  constructor(number: number, { host, port }: Target, path: string, bodyBytes: number) {
    this.#client = new Client(`http://${host}:${port}`, {
      pipelining: 1,
      connectTimeout: answerTimeout,
      headersTimeout: answerTimeout,
      bodyTimeout: answerTimeout,
      keepAliveTimeout: 60_000,
    });
    const id = createHash("md5").update(String(number)).digest("hex");
    this.#headers = { host: "bench.test", cookie: `sluice_id=${id}` };
    this.#path = path;
    this.#body = Buffer.alloc(bodyBytes, "x");
    this.#count = number; // half of the users begin with a POST
  }

  /** Sends the next request once the one before is answered. */
  send(): Promise<Sent> {
    const sent = this.#before.then(() => this.#send());
    this.#before = sent;
    return sent;
  }

  async #send(): Promise<Sent> {
    const sentAt = monotonic();
    const how = await this.#ask();
    return { ...how, sentAt, endedAt: monotonic() };
  }

  async #ask(): Promise<Pick<Sent, "outcome" | "post" | "reason">> {
    const post = this.#body.length > 0 && this.#count++ % 2 === 1;
    try {
      const { statusCode, body } = await this.#client.request({
        path: this.#path,
        method: post ? "POST" : "GET",
        headers: this.#headers,
        ...(post ? { body: this.#body } : {}),
      });
      return { ...this.#judge(statusCode, await body.text(), post), post };
    } catch (error) {
      const { code } = error as { code?: string };
      return { outcome: "noAnswer", post, reason: code ?? messageOf(error) };
    }
  }

  #judge(status: number, text: string, post: boolean): Pick<Sent, "outcome" | "reason"> {
    if (status !== 200) return { outcome: "wrongAnswer", reason: `status ${status}` };
    const slot = text.startsWith("blue ") ? "blue" : text.startsWith("green ") ? "green" : null;
    const whole = this.#body.length === 0 || text === `${slot} ${post ? `POST ${this.#body.length}` : "GET 0"}`;
    return slot && whole ? { outcome: slot, reason: null } : { outcome: "wrongAnswer", reason: "another body" };
  }

  close(): Promise<void> {
    return this.#client.destroy();
  }
}
