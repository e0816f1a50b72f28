import { request } from "node:http";

const DEFAULT_SOCKET = "/var/run/docker.sock";
const ANSWER_LIMIT_MS = 2_000;

/** Where a Docker that already runs listens: DOCKER_HOST if that is a socket, else the usual place. */
export function dockerSocket(env: NodeJS.ProcessEnv = process.env): string {
  const host = env["DOCKER_HOST"] ?? "";
  return host.startsWith("unix://") ? host.slice("unix://".length) : DEFAULT_SOCKET;
}

/** Whether a Docker engine answers on a socket within 2 s. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: "/_ping", timeout: ANSWER_LIMIT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(false));
    call.end();
  });
}
