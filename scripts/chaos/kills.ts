import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { service, type Stage } from "../e2e/testing/stage.ts";
import { failures, type Users } from "../e2e/testing/users.ts";
import { beginDriver } from "./begin-driver.ts";
import type { KillPoint } from "./kill-points.ts";
import { leftovers } from "./leftovers.ts";
import { disagreements } from "./settled.ts";
import { stopDriver, type Stopped } from "./stops.ts";

/** What a rollout whose driver was killed came to. */
export interface Killed {
  readonly point: KillPoint;
  /** False where the driver came to its end before that call. */
  readonly reached: boolean;
  /** How `sluice resume` ended: `promoted`, `rolledBack`, `nothingToDo`. */
  readonly resumed: string;
  /** Broken promises, in words. */
  readonly problems: readonly string[];
}

/** Kills or stops the drivers of a stage's rollouts, one after another. */
export class KillCampaign {
  readonly #stage: Stage;
  readonly #users: Users;

  constructor(stage: Stage, users: Users) {
    this.#stage = stage;
    this.#users = users;
  }

  /** Rolls a release out with nobody killed, and names every call that could have been the last one. */
  async points(version: string): Promise<readonly KillPoint[]> {
    const { log, ended } = beginDriver(this.#stage, version, null);
    const { exitCode, stderr } = await ended;
    if (exitCode !== 0) throw new Error(`the rollout that nobody kills failed: ${stderr}`);
    const calls = readFileSync(log, "utf8").trim().split("\n");
    return calls.flatMap((call) =>
      (call.startsWith("engine up") ? (["before", "half", "after"] as const) : (["before", "after"] as const)).map(
        (when) => ({ call, when }),
      ),
    );
  }

  /** Rolls a release out, kills its driver there, and lets `sluice resume` bring it to an end. */
  async kill(point: KillPoint, version: string): Promise<Killed> {
    this.#users.take();
    const { variable, ended } = beginDriver(this.#stage, version, point);
    const { exitCode } = await ended;
    const reached = exitCode === undefined;
    // Long enough for users to meet whatever was left standing.
    await sleep(500);
    const { code, document, stderr } = await this.#stage.sluice(["resume", "local", service]);
    const resumed = (document as { outcome?: string }).outcome ?? "nothing";
    const problems = [
      ...(code === 0 || (code === 1 && resumed === "rolledBack") ? [] : [`resume ended with ${code}: ${stderr}`]),
      ...(await disagreements(this.#stage)),
      ...(await leftovers(this.#stage, variable)),
      ...Object.entries(failures(this.#users.take())).map(([what, count]) => `${count} requests failed: ${what}`),
    ];
    return { point, reached, resumed, problems };
  }

  /** Rolls a release out, stops its driver there, has `sluice resume` take over, and wakes it up. */
  stop(point: KillPoint, version: string): Promise<Stopped> {
    return stopDriver(this.#stage, this.#users, point, version);
  }
}
