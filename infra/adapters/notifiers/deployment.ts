import type { Notice, Target } from "../../model/notice.ts";
import { fit } from "./texts.ts";

/** Most characters that GitHub takes for what it shows beside a status. */
const mostText = 140;

export type DeploymentState = "in_progress" | "success" | "failure" | "error";

/** What a deployment on GitHub is in once this has happened; null where it has none. */
const states: Readonly<Record<Notice["change"], DeploymentState | null>> = {
  // Nothing was touched.
  refused: null,
  approvalNeeded: null,
  started: "in_progress",
  step: "in_progress",
  paused: "in_progress",
  held: "in_progress",
  promoted: "success",
  rolledBack: "failure",
  stranded: "error",
  reverting: "in_progress",
  reverted: "success",
  revertFailed: "failure",
  test: null,
};

const waysBack: ReadonlySet<Notice["change"]> = new Set(["reverting", "reverted", "revertFailed"]);

/** What is kept with a deployment; by it a later look finds it again. */
export interface Payload {
  readonly rollout: string;
  readonly service: string;
  readonly version: string;
  readonly digest: string;
  readonly commit: string | null;
}

/** What a notice means on GitHub. */
export interface DeploymentNews {
  readonly state: DeploymentState;
  /** Whether it is of the way back to the slot that is still warm, which has a deployment of its own. */
  readonly isWayBack: boolean;
  readonly environment: string;
  readonly isProduction: boolean;
  readonly task: "deploy" | "rollback";
  /** Of the deployment. */
  readonly description: string;
  /** Of the status. */
  readonly now: string;
  readonly payload: Payload;
}

/** null where GitHub is told nothing of it. */
export function deploymentNews({ target, ...notice }: Notice): DeploymentNews | null {
  const state = states[notice.change];
  if (state === null || target === null) return null;
  const { change, environment, service, rollout } = notice;
  return {
    state,
    isWayBack: waysBack.has(change),
    environment,
    isProduction: environment === "prod",
    task: target.purpose === "rollback" ? "rollback" : "deploy",
    description: fit(`${service} ${target.version}, by ${notice.by}`, mostText),
    now: fit(notice.summary.replaceAll(/\s+/g, " "), mostText),
    payload: { rollout, service, ...releaseOf(target) },
  };
}

export function isOnGithub({ change }: Notice): boolean {
  return states[change] !== null;
}

function releaseOf({ version, digest, commit }: Target) {
  return { version, digest, commit };
}

/**
 * The deployments of one rollout, as they are kept in a notifier's thread: its own, and that of a way back as long as it is
 * under way.
 */
export interface Deployments {
  readonly own: number | null;
  readonly back: number | null;
}

/** `12`, `12/13`, or `/13` */
export function deploymentsIn(thread: string | null): Deployments {
  const [own, back] = (thread ?? "").split("/").map((text) => (/^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : null));
  return { own: own ?? null, back: back ?? null };
}

export function threadOf({ own, back }: Deployments): string | null {
  if (back !== null) return `${own ?? ""}/${back}`;
  return own === null ? null : String(own);
}

/** What is kept once this has been told: the end of a way back leaves the deployment that serves. */
export function keptAfter({ state, isWayBack }: DeploymentNews, id: number, { own }: Deployments): Deployments {
  if (!isWayBack || state === "success") return { own: id, back: null };
  return state === "in_progress" ? { own, back: id } : { own: own ?? id, back: null };
}
