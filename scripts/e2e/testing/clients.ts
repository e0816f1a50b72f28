import { Agent, request } from "undici";

/** Many clients of one gateway, each known to it by the cookie that it was given with its first answer. */
export class Clients {
  readonly #gateway: string;
  readonly #agent = new Agent({ connections: 8, pipelining: 1 });
  readonly #cookies: string[] = [];
  /** By client, the versions that answered, each change once. */
  readonly histories: string[][] = [];
  failures = 0;

  private constructor(gateway: string) {
    this.#gateway = gateway;
  }

  static async of(gateway: string, count: number): Promise<Clients> {
    const clients = new Clients(gateway);
    for (let client = 0; client < count; client++) clients.histories.push([]);
    await clients.ask();
    return clients;
  }

  /** Each asks once. */
  async ask(): Promise<void> {
    await Promise.all(this.histories.map((_, client) => this.#ask(client)));
  }

  /** What each was answered by last, as a share in percent. */
  share(version: string): number {
    const on = this.histories.filter((history) => history.at(-1) === version).length;
    return (100 * on) / this.histories.length;
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #ask(client: number): Promise<void> {
    const cookie = this.#cookies[client];
    const headers = cookie === undefined ? {} : { cookie };
    const answer = await request(`${this.#gateway}/api/version`, { dispatcher: this.#agent, headers });
    const given = [answer.headers["set-cookie"]].flat()[0];
    if (given !== undefined) this.#cookies[client] = given.split(";")[0] ?? "";
    const text = await answer.body.text();
    if (answer.statusCode !== 200) return void this.failures++;
    const { version } = JSON.parse(text) as { version: string };
    const history = this.histories[client];
    if (history && history.at(-1) !== version) history.push(version);
  }
}
