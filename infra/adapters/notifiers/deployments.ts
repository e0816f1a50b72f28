import { Octokit } from "@octokit/core";
import { z } from "zod";
import type { NotifierPort } from "../../driver/ports.ts";
import { inAttempts, type Limits, Refusal, refusalBy } from "./attempts.ts";
import { deploymentNews, type DeploymentNews, deploymentsIn, keptAfter, threadOf } from "./deployment.ts";
import { fit } from "./texts.ts";

export interface DeploymentsOptions {
  readonly token: string;
  /** `owner/name` */
  readonly repository: string;
  /** `https://api.github.com` */
  readonly apiUrl: string;
  /** The workflow's run that a command is a part of; null where there is none. */
  readonly run: string | null;
  /** Where users find the service; null where the settings don't say. */
  readonly site: string | null;
}

const deployment = z.object({ id: z.int().min(1) });
const listed = z.array(deployment.extend({ task: z.string(), payload: z.unknown() }));
const mark = z.object({ rollout: z.string(), version: z.string() });

/** How many of the newest deployments are looked through for one that is there already. */
const newest = 50;

/**
 * A deployment a rollout on GitHub, and a status a state change. Several services share an environment there, so only the
 * deployment of the same service becomes inactive when another one succeeds.
 * https://docs.github.com/en/rest/deployments
 */
export function githubDeployments(options: DeploymentsOptions, limits: Limits): NotifierPort["send"] {
  const { repository, run, site } = options;
  const [owner = "", repo = ""] = repository.split("/");
  return async (notice, thread, signal, served = null) => {
    const news = deploymentNews(notice);
    if (news === null) return null;
    const ask: Ask = (what) => inAttempts(limits, signal, (limit) => asked(what, client(options, limit)));
    const before = deploymentsIn(thread);
    const known = news.isWayBack ? before.back : before.own;
    const id = known ?? (await there(ask, { owner, repo }, news)) ?? (await create(ask, { owner, repo }, news));
    const say = (deployment_id: number, state: DeploymentNews["state"] | "inactive", description: string) =>
      ask((github) =>
        github.request("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
          owner,
          repo,
          deployment_id,
          state,
          description,
          auto_inactive: false,
          ...(run === null ? {} : { log_url: run }),
          ...(site === null ? {} : { environment_url: site }),
        }),
      );
    await say(id, news.state, news.now);
    if (news.state === "success") {
      const { own, back } = deploymentsIn(served);
      for (const one of [own, back]) if (one !== null && one !== id) await say(one, "inactive", news.now);
    }
    return threadOf(keptAfter(news, id, before));
  };
}

type Place = { readonly owner: string; readonly repo: string };
type Ask = <T>(what: (github: Octokit) => Promise<T>) => Promise<T>;

/** One that an attempt made whose answer got lost, or a process that was killed before it could write its id down. */
async function there(ask: Ask, place: Place, { environment, task, payload }: DeploymentNews): Promise<number | null> {
  const { data } = await ask((github) =>
    github.request("GET /repos/{owner}/{repo}/deployments", { ...place, environment, task, per_page: newest }),
  );
  const found = listed.parse(data).find((one) => {
    const kept = mark.safeParse(one.payload).data;
    return one.task === task && kept?.rollout === payload.rollout && kept.version === payload.version;
  });
  return found?.id ?? null;
}

/** Of the release's commit, where this repository has it; otherwise of its default branch. */
async function create(ask: Ask, place: Place, news: DeploymentNews): Promise<number> {
  const { commit } = news.payload;
  const of = async (ref: string) => {
    const { data } = await ask((github) =>
      github.request("POST /repos/{owner}/{repo}/deployments", {
        ...place,
        ref,
        task: news.task,
        auto_merge: false,
        required_contexts: [],
        payload: { ...news.payload },
        environment: news.environment,
        description: news.description,
        transient_environment: false,
        production_environment: news.isProduction,
      }),
    );
    return deployment.parse(data).id;
  };
  if (commit !== null) {
    try {
      return await of(commit);
    } catch (error) {
      if (!(error instanceof Unprocessable)) throw error;
    }
  }
  const { data } = await ask((github) => github.request("GET /repos/{owner}/{repo}", place));
  return of(data.default_branch);
}

/** GitHub understands what was sent, and doesn't take it: a `ref` that isn't there, say. */
class Unprocessable extends Refusal {
  override readonly name = "Unprocessable";
}

/** Without octokit's own retries and waits: a notifier's attempts are bounded together. */
function client({ token, apiUrl }: DeploymentsOptions, limit: AbortSignal): Octokit {
  const quiet = () => undefined;
  return new Octokit({
    auth: token,
    baseUrl: apiUrl.replace(/\/+$/, ""),
    userAgent: "sluice",
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    request: { fetch: (url: string, init: RequestInit) => fetch(url, { ...init, signal: limit }) },
  });
}

/** @throws Refusal where GitHub answers and refuses */
async function asked<T>(what: (github: Octokit) => Promise<T>, github: Octokit): Promise<T> {
  try {
    return await what(github);
  } catch (error) {
    const answer = answerOf(error);
    if (answer === null) throw error;
    const { status, text, retryAfter } = answer;
    if (status === 422) throw new Unprocessable(`it answers 422: ${text}`, { isFinal: true });
    // With a time to wait it is a limit, whatever the status: GitHub has 403 for some.
    throw refusalBy(status === 403 && retryAfter !== null ? 429 : status, text, retryAfter ?? "");
  }
}

/** What GitHub said; null where it said nothing. */
function answerOf(error: unknown): { status: number; text: string; retryAfter: string | null } | null {
  if (!(error instanceof Error) || !("status" in error) || !("response" in error)) return null;
  const response = error.response as { headers?: Readonly<Record<string, string | number | undefined>> } | undefined;
  if (response === undefined) return null;
  const { headers = {} } = response;
  const reset = headers["x-ratelimit-remaining"] === "0" ? Number(headers["x-ratelimit-reset"]) : NaN;
  const inSeconds = Number.isFinite(reset) ? String(Math.max(1, Math.ceil(reset - Date.now() / 1000))) : null;
  const retryAfter = headers["retry-after"] === undefined ? inSeconds : String(headers["retry-after"]);
  return { status: Number(error.status), text: fit(error.message, 200), retryAfter };
}
