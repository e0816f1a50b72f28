import { Agent, request } from "undici";

/** One answer, or what came instead. */
export interface Seen {
  /** When it had come whole, milliseconds of this machine's clock. */
  readonly at: number;
  readonly gateway: string;
  /** Empty when all was well. */
  readonly failure: string;
  readonly slot: string;
  readonly version: string;
}

export interface UsersOptions {
  /** Base URLs of the gateways. */
  readonly gateways: readonly string[];
  /** Users of each gateway. @default 3 */
  readonly users?: number;
  /** From an answer to the same user's next request, milliseconds. @default 60 */
  readonly pause?: number;
  /**
   * Whether a user's requests share a connection. Where nginx is reloaded, those that meet the close of one fail, as
   * docs/gateway.md says: nothing that a test of something else could hold against anybody.
   * @default true
   */
  readonly keepAlive?: boolean;
}

/** Users who ask all the time: every second request a POST whose body must come back whole. */
export class Users {
  #running = true;
  #seen: Seen[] = [];
  readonly #agent: Agent;
  readonly #all: Promise<void>[];

  constructor({ gateways, users = 3, pause = 60, keepAlive = true }: UsersOptions) {
    const pipelining = keepAlive ? 1 : 0;
    this.#agent = new Agent({ connections: users, pipelining, headersTimeout: 30_000, bodyTimeout: 30_000 });
    this.#all = gateways.flatMap((gateway) => Array.from({ length: users }, () => this.#use(gateway, pause)));
  }

  /** What they got since the last call. */
  take(): readonly Seen[] {
    const taken = this.#seen;
    this.#seen = [];
    return taken;
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#all);
    await this.#agent.close();
  }

  async #use(gateway: string, pause: number): Promise<void> {
    let cookie = "";
    for (let turn = 0; this.#running; turn++) {
      try {
        const answer = await (turn % 2 === 0 ? this.#get(gateway, cookie) : this.#post(gateway, cookie));
        cookie = answer.cookie || cookie;
        this.#note(gateway, answer);
      } catch (error) {
        this.#note(gateway, { failure: String(error), slot: "", version: "" });
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  #note(gateway: string, { failure, slot, version }: Pick<Seen, "failure" | "slot" | "version">): void {
    this.#seen.push({ at: Date.now(), gateway, failure, slot, version });
  }

  async #get(gateway: string, cookie: string) {
    const answer = await request(`${gateway}/api/version`, { dispatcher: this.#agent, headers: { cookie } });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) return failed(`GET answers ${answer.statusCode}`);
    const { slot, version } = JSON.parse(text) as { slot: string; version: string };
    return { failure: "", slot, version, cookie: cookieOf(answer.headers["set-cookie"]) };
  }

  async #post(gateway: string, cookie: string) {
    const sent = "x".repeat(3_000);
    const headers = { cookie, "content-type": "text/plain" };
    const options = { method: "POST", dispatcher: this.#agent, headers, body: sent } as const;
    const answer = await request(`${gateway}/api/echo`, options);
    const text = await answer.body.text();
    if (answer.statusCode !== 200) return failed(`POST answers ${answer.statusCode}`);
    const { "x-slot": slot, "x-version": version } = answer.headers;
    const failure = text === sent ? "" : `POST got ${text.length} of ${sent.length} bytes back`;
    return { failure, slot: String(slot), version: String(version), cookie: cookieOf(answer.headers["set-cookie"]) };
  }
}

function failed(failure: string) {
  return { failure, slot: "", version: "", cookie: "" };
}

function cookieOf(header: string | string[] | undefined): string {
  const line = Array.isArray(header) ? header[0] : header;
  return line?.split(";")[0] ?? "";
}

/** What failed, each kind once with how often; empty is what a test wants to see. */
export function failures(seen: readonly Seen[]): Readonly<Record<string, number>> {
  return count(seen.map(({ failure }) => failure).filter((failure) => failure !== ""));
}

/** Versions that answered, sorted. */
export function versions(seen: readonly Seen[]): readonly string[] {
  return Object.keys(count(seen.filter(({ failure }) => failure === "").map(({ version }) => version))).sort();
}

function count(texts: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const text of texts) counted[text] = (counted[text] ?? 0) + 1;
  return counted;
}
