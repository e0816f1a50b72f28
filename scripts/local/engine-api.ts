import { request } from "node:http";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One call of the Docker Engine API on a unix socket: what the supervisor needs of it, without loading a client library. */
export function callEngine(socketPath: string, method: string, path: string, timeoutMs = 10_000): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, timeout: timeoutMs }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    call.on("timeout", () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.on("error", reject).end();
  });
}

export async function engineAnswers(socketPath: string): Promise<boolean> {
  return callEngine(socketPath, "GET", "/_ping", 2_000).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/**
 * Stops every running container, two seconds each, all at once; their restart policies don't bring them back. Then
 * removes the networks, whose bridges would outlive the engine.
 */
export async function emptyEngine(socketPath: string): Promise<void> {
  const { body } = await callEngine(socketPath, "GET", "/containers/json");
  const running = JSON.parse(body) as readonly { readonly Id: string }[];
  await Promise.all(running.map(({ Id }) => callEngine(socketPath, "POST", `/containers/${Id}/stop?t=2`)));
  await callEngine(socketPath, "POST", "/networks/prune");
}
