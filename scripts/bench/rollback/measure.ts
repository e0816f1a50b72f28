import { setTimeout as sleep } from "node:timers/promises";
import { resolvePlan } from "../../../infra/config/resolve-revision.ts";
import { fileSpool } from "../../../infra/adapters/spool.ts";
import { runOf } from "../../../infra/driver/rollout.ts";
import { carryThrough } from "../../../infra/driver/run.ts";
import { declared } from "../../../infra/ledger/declared.ts";
import { openEnvironment, openService } from "../../compose.ts";
import { startLoad } from "../load/generator.ts";
import { type LoadRecords, monotonic, outcomes, type Target } from "../load/protocol.ts";
import type { Outage } from "./outage.ts";
import { service, stream } from "./world.ts";

/** One rollback, in milliseconds from the bad verdict. */
export interface Rollback {
  /** Until the driver had seen all traffic on the settled slot, on every gateway: what it writes down itself. */
  readonly driver: number;
  /** Until the last request that was sent to a gateway and still reached the candidate; by gateway. */
  readonly outside: readonly number[];
  /** Requests of the users outside that failed. */
  readonly failed: number;
  /** Requests of the users outside that the candidate had answered before, by gateway. */
  readonly before: readonly number[];
}

/**
 * A rollout whose candidate has all traffic on every host gets a bad verdict while nothing else can be reached; the
 * driver brings the traffic back with the code of every rollout, and users ask every gateway all the while.
 */
export async function measureRollback(
  number: number,
  targets: readonly [Target, ...Target[]],
  spoolFolder: string,
  outage: Outage,
): Promise<Rollback> {
  const environment = await openEnvironment("local");
  const told: string[] = [];
  const tell = (_: unknown, text: string) => void told.push(text);
  const opened = await openService(environment, service, { tell, signal: AbortSignal.abort() });
  try {
    const { service: driver } = opened;
    const candidate = declared(driver.journal.entries).slots.green;
    if (!candidate) throw new Error("green isn't filled");
    const { revision, revisionHash } = candidate;
    const plan = resolvePlan(environment.settings, service, `bench ${number}`);
    const rollout = { rollout: `bench-${number}`, purpose: "rollout" } as const;
    await driver.journal.append({ kind: "requested", ...rollout, release: revision.release });
    const slots = { candidate: "green", settled: "blue" } as const;
    const started = { kind: "started", ...rollout, ...slots, revision, revisionHash, plan } as const;
    const { sequence } = await driver.journal.append(started);
    const run = runOf(driver, started, sequence);
    const claim = { token: run.token, rollout: run.id, slot: run.candidate };
    await Promise.all(run.hosts.map((host) => host.prepare(claim, [100], run.order)));
    await Promise.all(run.hosts.map((host) => host.lease(claim, 100)));

    const load = await startLoad({
      ...{ targets, path: "/", clients: 8 * targets.length, bodyBytes: 0 },
      ...{ ratePerSecond: 200 * targets.length, requests: 0 },
    });
    await sleep(500);
    await outage.begin();
    const begunAt = monotonic();
    // The signal is aborted: the first look is the bad verdict.
    const state = await carryThrough(run, { phase: "shifting", index: 0, since: driver.clock.steady(), strikes: 0 });
    await sleep(300);
    const records = await load.finish();
    await outage.end();
    if (state.phase !== "rolledBack") throw new Error(`the rollout is ${state.phase}:\n${told.join("\n")}`);
    const spooled = await fileSpool(spoolFolder).read(stream);
    const last = spooled.map(({ event }) => event).findLast((event) => event.kind === "rolledBack");
    if (last?.milliseconds === null || last?.milliseconds === undefined) {
      throw new Error(`the ledger was not out of reach: nothing was spooled\n${told.join("\n")}`);
    }
    return { driver: last.milliseconds, ...seenOutside(records, begunAt, targets.length) };
  } finally {
    await opened.close();
  }
}

export function seenOutside(
  { sentAt, outcome, target }: LoadRecords,
  begunAt: number,
  targets: number,
): Pick<Rollback, "outside" | "failed" | "before"> {
  const kinds = Array.from(outcome, (index) => outcomes[index]);
  const last = Array.from({ length: targets }, () => begunAt);
  const before = Array.from({ length: targets }, () => 0);
  let failed = 0;
  kinds.forEach((kind, row) => {
    const at = sentAt[row] ?? 0;
    const gateway = target[row] ?? 0;
    if (kind === "green" && at >= begunAt) last[gateway] = at;
    if (kind === "green" && at < begunAt) before[gateway] = (before[gateway] ?? 0) + 1;
    if (kind !== "green" && kind !== "blue") failed++;
  });
  return { outside: last.map((at) => at - begunAt), failed, before };
}
