import { setTimeout as sleep } from "node:timers/promises";
import { isStopped } from "../../infra/adapters/processes.ts";
import type { Entry } from "../../infra/ledger/event.ts";
import { service, type Stage } from "../e2e/testing/stage.ts";
import { failures, type Users } from "../e2e/testing/users.ts";
import { beginDriver } from "./begin-driver.ts";
import type { KillPoint } from "./kill-points.ts";
import { leftovers } from "./leftovers.ts";
import { disagreements } from "./settled.ts";
import { bound } from "./bound.ts";

/** What a rollout whose driver was stopped, succeeded and woken up came to. */
export interface Stopped {
  readonly point: KillPoint;
  /** False where the driver came to its end before that call. */
  readonly reached: boolean;
  /** How `sluice resume` ended: `promoted`, `rolledBack`, `nothingToDo`. */
  readonly resumed: string;
  /** How the driver ended once it was woken up. */
  readonly woken: number | null;
  /** Broken promises, in words. */
  readonly problems: readonly string[];
}

/** Stops a driver at one point of its rollout for longer than its lease, while another one takes over, and wakes it up. */
export async function stopDriver(stage: Stage, users: Users, point: KillPoint, version: string): Promise<Stopped> {
  users.take();
  const { pid, variable, ended } = beginDriver(stage, version, point, "SIGSTOP");
  const reached = await Promise.race([ended.then(() => false), untilStopped(pid)]);
  const problems: string[] = [];
  const before = await stage.entries();
  // Its lease lapses, and users meet that.
  if (reached) await sleep(bound);
  const { code, document, stderr } = await stage.sluice(["resume", "local", service]);
  const resumed = (document as { outcome?: string }).outcome ?? "nothing";
  if (code !== 0 && !(code === 1 && resumed === "rolledBack")) problems.push(`resume ended with ${code}: ${stderr}`);
  const left = await touched(stage);
  const taken = hasSucceeded((await stage.entries()).slice(before.length));
  if (reached) process.kill(-pid, "SIGCONT");
  const { exitCode = null, stderr: said } = await ended;
  if (reached && taken && exitCode !== 3) problems.push(`the woken driver ended with ${exitCode}: ${said}`);
  // Of one that had begun nothing nobody takes anything over: it goes on.
  if (reached && (taken || isOver(before)) && (await touched(stage)) !== left) {
    problems.push("the woken driver changed something");
  }
  problems.push(
    ...(await disagreements(stage)),
    ...(await leftovers(stage, variable)),
    ...Object.entries(failures(users.take())).map(([what, count]) => `${count} requests failed: ${what}`),
  );
  return { point, reached, resumed, woken: exitCode, problems };
}

/** What a driver must leave alone; the file of Pulumi's state changes with an `up` that changes nothing. */
async function touched(stage: Stage): Promise<string> {
  const { ledger, hosts, containers } = await stage.snapshot();
  return JSON.stringify([ledger, hosts, containers]);
}

async function untilStopped(pid: number): Promise<true> {
  while (!isStopped(pid)) await sleep(50);
  return true;
}

/** Whether another driver ended or took over what the stopped one was at. */
function hasSucceeded(news: readonly Entry[]): boolean {
  return news.some(({ event }) => event.kind === "resumed" || event.kind === "refused");
}

/** Whether the last rollout was through before its driver was stopped. */
function isOver(entries: readonly Entry[]): boolean {
  const begun = entries.findLastIndex(({ event }) => event.kind === "requested");
  return entries.slice(begun).some(({ event }) => event.kind === "promoted" || event.kind === "rolledBack");
}
