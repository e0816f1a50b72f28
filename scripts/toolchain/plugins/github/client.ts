import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import Bottleneck from "bottleneck";
import { text, whole } from "../bridge/get.ts";
import type { JsonObject } from "../shared/rpc.ts";
import { apiUrl } from "./base-url.ts";

/** One account on one GitHub. */
export interface Account {
  readonly octokit: Octokit;
  readonly owner: string;
}

const PUBLIC = "https://api.github.com/";
/** Between two changes, as the official provider waits and as GitHub asks for. */
const WRITE_DELAY_MS = 1000;
/** How often a request that met a rate limit is sent again, after the wait that GitHub names. */
const LIMITED_RETRIES = 2;

/** First, so that nothing is tried again once the engine cancels. */
const Client = Octokit.plugin(endedBySignal, retry, throttling);

function endedBySignal(octokit: Octokit, { request }: { request?: { signal?: AbortSignal } }): void {
  octokit.hook.wrap("request", async (send, options) => {
    try {
      return await send(options);
    } catch (error) {
      request?.signal?.throwIfAborted();
      throw error;
    }
  });
}

/** The account that a provider's settings name; without an owner it is the token's own. */
export async function connect(config: JsonObject, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Account> {
  const token = text(config, "token") || env["GITHUB_TOKEN"] || "";
  const baseUrl = apiUrl(text(config, "baseUrl") || env["GITHUB_BASE_URL"] || PUBLIC);
  const minTime = "writeDelayMs" in config ? whole(config, "writeDelayMs") : WRITE_DELAY_MS;
  const again = (_seconds: number, _options: object, _octokit: unknown, retries: number) => retries < LIMITED_RETRIES;
  const octokit = new Client({
    baseUrl,
    ...(token === "" ? {} : { auth: token }),
    userAgent: "sluice",
    request: { signal },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    throttle: {
      onRateLimit: again,
      onSecondaryRateLimit: again,
      write: new Bottleneck.Group({ maxConcurrent: 1, minTime }),
    },
  });
  const owner = text(config, "owner") || env["GITHUB_OWNER"] || "";
  return { octokit, owner: owner === "" ? (await octokit.request("GET /user")).data.login : owner };
}

/** What GitHub has there; undefined where it says that there is nothing. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}

/** The number by which GitHub knows a repository, whatever its name. */
export async function repositoryId({ octokit, owner }: Account, repository: string): Promise<number> {
  return Number((await octokit.request("GET /repos/{owner}/{repo}", { owner, repo: repository })).data.id);
}
