import { Agent, request } from "undici";

/** What users got in a span of time. */
export interface Seen {
  readonly sent: number;
  /** No answer, a reset, or a status of 500 and above. */
  readonly failed: number;
  /** Answers by the version that gave them. */
  readonly versions: Readonly<Record<string, number>>;
}

export interface Traffic {
  /** What users got since the last call, and starts counting anew. */
  take(): Seen;
  stop(): Promise<void>;
}

/** Users of each gateway. */
const users = 4;
/** From an answer to the same user's next request. */
const pauseMs = 50;
const timeoutMs = 30_000;

/** Users who never stop asking: half of their requests are POSTs, over kept-alive connections. */
export function startTraffic(gateways: readonly string[]): Traffic {
  const agent = new Agent({ connections: users, pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  let running = true;
  let seen = none();

  async function use(gateway: string): Promise<void> {
    let cookie = "";
    for (let turn = 0; running; turn++) {
      seen.sent++;
      try {
        const answer = await (turn % 2 === 0 ? get(gateway, cookie) : post(gateway, cookie));
        cookie = answer.cookie ?? cookie;
        if (answer.status >= 500) seen.failed++;
        if (answer.version !== null) seen.versions[answer.version] = (seen.versions[answer.version] ?? 0) + 1;
      } catch {
        seen.failed++;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async function get(gateway: string, cookie: string) {
    const { statusCode, headers, body } = await request(`${gateway}/api/version`, {
      dispatcher: agent,
      headers: { cookie },
    });
    const text = await body.text();
    const version = statusCode === 200 ? (JSON.parse(text) as { version: string }).version : null;
    return { status: statusCode, version, cookie: firstCookie(headers["set-cookie"]) };
  }

  async function post(gateway: string, cookie: string) {
    const { statusCode, headers, body } = await request(`${gateway}/api/echo`, {
      method: "POST",
      dispatcher: agent,
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify({ message: "hello" }),
    });
    await body.dump();
    return { status: statusCode, version: null, cookie: firstCookie(headers["set-cookie"]) };
  }

  const all = gateways.flatMap((gateway) => Array.from({ length: users }, () => use(gateway)));
  return {
    take: () => {
      const taken = seen;
      seen = none();
      return taken;
    },
    stop: async () => {
      running = false;
      await Promise.all(all);
      await agent.close();
    },
  };
}

function none() {
  return { sent: 0, failed: 0, versions: {} as Record<string, number> };
}

function firstCookie(header: string | string[] | undefined): string | null {
  const line = Array.isArray(header) ? header[0] : header;
  return line?.split(";")[0] ?? null;
}
