import { Agent, request } from "node:http";

export interface LoadResult {
  readonly sent: number;
  readonly failures: readonly string[];
  /** Answers by the backend that gave them. */
  readonly answered: Readonly<Record<string, number>>;
}

/** Requests over kept-alive connections, every second one a POST with a body, until `stop` is called. */
export class Load {
  #running = true;
  #sent = 0;
  readonly #failures: string[] = [];
  readonly #answered: Record<string, number> = {};
  readonly #agent: Agent;
  readonly #clients: Promise<void>[];

  constructor(address: string, port: number, connections: number, pauseMs: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#clients = Array.from({ length: connections }, () => this.#client(address, port, pauseMs));
  }

  async stop(): Promise<LoadResult> {
    this.#running = false;
    await Promise.all(this.#clients);
    this.#agent.destroy();
    return { sent: this.#sent, failures: this.#failures, answered: this.#answered };
  }

  async #client(address: string, port: number, pauseMs: number): Promise<void> {
    while (this.#running) {
      const method = this.#sent++ % 2 === 0 ? "POST" : "GET";
      const outcome = await this.#send(address, port, method);
      this.#answered[outcome] = (this.#answered[outcome] ?? 0) + 1;
      if (outcome !== "blue" && outcome !== "green") this.#failures.push(outcome);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  #send(address: string, port: number, method: string): Promise<string> {
    return new Promise((resolve) => {
      const sent = request({ host: address, port, path: "/load", method, agent: this.#agent }, (answer) => {
        let body = "";
        answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
        answer.on("error", (error) => resolve(`answer: ${error.message}`));
        answer.on("end", () => {
          const name = String(answer.headers["x-backend"]);
          const whole = body === `${name} ${method} ${method === "POST" ? 2000 : 0}`;
          resolve(answer.statusCode === 200 && whole ? name : `status ${answer.statusCode}: ${body.slice(0, 80)}`);
        });
      });
      sent.on("error", (error) => resolve(`request: ${error.message}`));
      sent.end(method === "POST" ? Buffer.alloc(2000, "x") : undefined);
    });
  }
}
