import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { messageOf, UnknownError } from "../../model/errors.ts";

const Client = Octokit.plugin(paginateRest, retry, throttling);
export type GithubClient = InstanceType<typeof Client>;

export interface GithubAccess {
  /** `https://api.github.com`, or an Enterprise Server's `https://<host>/api/v3`. */
  readonly apiUrl: string;
  readonly token: string;
  /** Of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Longest wait that GitHub may ask for, in seconds: its hourly limit is nothing to sit out. */
const longestWait = 60;
const waits = 2;

/** Asks GitHub, waits where it says so, and tries again what failed on its side. */
export function githubClient({ apiUrl, token, timeoutMs = 10_000 }: GithubAccess): GithubClient {
  const maySit = (seconds: number, _options: unknown, _client: unknown, tries: number) =>
    seconds <= longestWait && tries < waits;
  return new Client({
    auth: token,
    baseUrl: apiUrl.replace(/\/+$/, ""),
    userAgent: "sluice",
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    request: {
      fetch: (url: string, init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
    },
    // After one second, and four more.
    retry: { retries: 2 },
    throttle: { onRateLimit: maySit, onSecondaryRateLimit: maySit },
  });
}

/** @throws UnknownError in GitHub's own words; the token isn't in it */
export async function askGithub<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new UnknownError(`GitHub, ${what}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  const status = statusOf(error);
  return status === null || status === 500 ? error.message : `${status} ${error.message}`;
}

/** Of GitHub's answer; null when there was none. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : null;
}
