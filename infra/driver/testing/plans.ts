import { revisionOf } from "../../ledger/testing/events.ts";
import type { Plan } from "../../model/plan.ts";
import { healthSettings, watchSettings } from "../../model/settings/health.ts";
import type { Service } from "../context.ts";
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

export const canary: Plan = {
  ...plan,
  steps: [
    { kind: "weight", percent: 10, holdSeconds: 15 },
    { kind: "weight", percent: 100, holdSeconds: 15 },
  ],
};

export function rollOut(version: string, over: Partial<Plan> = {}) {
  return (service: Service): Promise<Outcome> =>
    startRollout(service, `r-${version.replaceAll(".", "-")}`, {
      purpose: "rollout",
      revision: revisionOf(version),
      plan: { ...plan, ...over },
    });
}

/** Runs a command by a driver of its own; returns it with the driver and its outcome. */
export async function drive<T>(world: World, command: (service: Service) => Promise<T>, options: DriverOptions = {}) {
  const driver = new Driver(world, options);
  return { driver, outcome: await driver.run(command) };
}

/** Brings releases into a world, one after another, each promoted. */
export async function settle(world: World, ...versions: readonly string[]): Promise<void> {
  for (const version of versions) {
    const { outcome } = await drive(world, rollOut(version));
    if (outcome === "killed" || outcome.kind !== "ended" || outcome.state.phase !== "promoted") {
      throw new Error(`${version} was not promoted: ${JSON.stringify(outcome)}`);
    }
  }
}
