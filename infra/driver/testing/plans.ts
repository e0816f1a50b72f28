import { revisionOf } from "../../ledger/testing/events.ts";
import type { Plan } from "../../model/plan.ts";
import { analysisSettings } from "../../model/settings/analysis.ts";
import { healthSettings, watchSettings } from "../../model/settings/health.ts";
import type { Revision } from "../../model/revision.ts";
import type { Service } from "../context.ts";
import { rollBack, type RollbackRequest } from "../rollback.ts";
import { startRollout, type Outcome } from "../rollout.ts";
import { Driver, type DriverOptions } from "./driver.ts";
import type { World } from "./world.ts";

/** A short plan: one request is the health contract, 100 % are watched for two looks. */
export const plan: Plan = {
  strategy: "blue-green",
  steps: [{ kind: "weight", percent: 100, holdSeconds: 15 }],
  health: healthSettings.parse({
    readiness: false,
    database: false,
    performance: false,
    tries: 3,
    intervalSeconds: 5,
    timeoutSeconds: 2,
  }),
  watch: watchSettings.parse({ seconds: 15, intervalSeconds: 10 }),
  drainSeconds: 10,
  tickSeconds: 10,
  leaseTicks: 3,
  seed: "seed",
};

/** A canary that the judge compares with what serves, before it gets all. */
export const judged: Partial<Plan> = {
  strategy: "canary",
  analysis: analysisSettings.parse({}),
  steps: [
    { kind: "analysis", percent: 10, minSeconds: 0, holdSeconds: 15 },
    { kind: "weight", percent: 100, holdSeconds: 15 },
  ],
};

/** Testers first, then copies, then users. */
export const careful: Partial<Plan> = {
  ...judged,
  steps: [
    { kind: "weight", percent: 0, holdSeconds: 5 },
    { kind: "shadow", percent: 10, minSeconds: 0, holdSeconds: 5 },
    ...(judged.steps ?? []),
  ],
};

export const canary: Plan = {
  ...plan,
  steps: [
    { kind: "weight", percent: 10, holdSeconds: 15 },
    { kind: "weight", percent: 100, holdSeconds: 15 },
  ],
};

/** The same place on each of these hosts. */
export function placesOn(hosts: readonly string[]): Revision["hosts"] {
  return Object.fromEntries(hosts.map((host) => [host, { network: "bridge", address: "127.0.0.1" }]));
}

/** On all hosts of the world, unless said. */
export function rollOut(
  version: string,
  over: Partial<Plan> = {},
  { hosts, id }: { hosts?: readonly string[]; id?: string } = {},
) {
  return (service: Service): Promise<Outcome> =>
    startRollout(service, id ?? `r-${version.replaceAll(".", "-")}`, {
      purpose: "rollout",
      revision: { ...revisionOf(version), hosts: placesOn(hosts ?? namesOf(service)) },
      plan: { ...plan, ...over },
    });
}

/** A person's way back, on all hosts of the world unless said. */
export function goBackTo(
  version: string | null = null,
  { hosts, ...over }: Partial<Omit<RollbackRequest, "hosts">> & { readonly hosts?: readonly string[] } = {},
) {
  return (service: Service): Promise<Outcome> =>
    rollBack(service, plan, {
      id: "back",
      version,
      reason: "checkout is broken",
      hosts: placesOn(hosts ?? namesOf(service)),
      ...over,
    });
}

function namesOf({ hosts }: Service): readonly string[] {
  return hosts.map(({ name }) => name);
}

/** Runs a command by a driver of its own; returns it with the driver and its outcome. */
export async function drive<T>(world: World, command: (service: Service) => Promise<T>, options: DriverOptions = {}) {
  const driver = new Driver(world, options);
  return { driver, outcome: await driver.run(command) };
}

/** A version on all hosts of the world, or on these. */
export type Settled = string | { readonly version: string; readonly hosts: readonly string[] };

/** Brings releases into a world, one after another, each promoted. */
export async function settle(world: World, ...releases: readonly Settled[]): Promise<void> {
  for (const release of releases) {
    const { version, ...on } = typeof release === "string" ? { version: release } : release;
    const { outcome } = await drive(world, rollOut(version, {}, on));
    if (outcome === "killed" || outcome.kind !== "ended" || outcome.state.phase !== "promoted") {
      throw new Error(`${version} was not promoted: ${JSON.stringify(outcome)}`);
    }
  }
}
