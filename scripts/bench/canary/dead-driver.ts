import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "../../e2e/testing/sluice.ts";
import { service, type Stage } from "../../e2e/testing/stage.ts";
import type { Seen, Users } from "../../e2e/testing/users.ts";

/** A driver that was killed in the middle of a step, with the users' requests from its first step to the lease's end. */
export interface DeadDriver {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly failed: number;
  /** Of the requests until the kill, those that the candidate answered: without any, nothing was measured. */
  readonly onCandidate: number;
  /** From the kill to the last answer of the candidate, in seconds. */
  readonly settledAfterSeconds: number;
}

/** A lease of the default settings at its longest: this tick and three more of ten seconds. */
export const leaseSeconds = 40;

/** How long users are watched after the kill. */
const watchedSeconds = leaseSeconds + 10;

/** Begins a good canary, kills its driver once users are on it, waits for the lease to lapse, and takes it back. */
export async function measureDeadDriver(stage: Stage, version: string, asking: Users): Promise<DeadDriver> {
  try {
    const head = await stage.head();
    asking.take();
    const running = stage.start(["rollout", "local", service, version, "--json"]);
    await stage.event("step", running, head);
    await stage.event("observation", running, head);
    const killedAt = await killed(running);
    await sleep(watchedSeconds * 1000);
    const seen = asking.take();
    const aborted = await stage.sluice(["abort", "local", service, "--reason", "its driver was killed"]);
    if (aborted.code !== 0) throw new Error(`sluice abort ended with ${aborted.code}: ${aborted.stderr}`);
    return figuresOf(seen, version, killedAt);
  } finally {
    await asking.stop();
  }
}

async function killed(running: Running): Promise<number> {
  running.signal("SIGKILL");
  const at = Date.now();
  const { code, stderr } = await running.ended;
  if (code !== null) throw new Error(`the driver ended with ${code} before it was killed: ${stderr}`);
  return at;
}

/** What users saw of a driver's death. */
export function figuresOf(seen: readonly Seen[], version: string, killedAt: number): DeadDriver {
  const candidates = seen.filter((one) => one.version === version);
  const last = candidates.at(-1)?.at ?? killedAt;
  const seconds = ((seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0)) / 1000;
  return {
    requests: seen.length,
    requestsPerSecond: seconds > 0 ? seen.length / seconds : 0,
    failed: seen.filter(({ failure }) => failure !== "").length,
    onCandidate: candidates.filter(({ at }) => at <= killedAt).length,
    settledAfterSeconds: Math.max(0, (last - killedAt) / 1000),
  };
}
