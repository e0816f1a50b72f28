import { execa } from "execa";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { service, type Stage } from "../e2e/testing/stage.ts";
import { failures, type Users } from "../e2e/testing/users.ts";
import type { KillPoint } from "./kill-points.ts";
import { disagreements, orphans } from "./settled.ts";

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

/** Kills the drivers of a stage's rollouts, one after another. */
export class KillCampaign {
  readonly #stage: Stage;
  readonly #users: Users;
  readonly #folder: string;
  #runs = 0;

  constructor(stage: Stage, users: Users) {
    this.#stage = stage;
    this.#users = users;
    this.#folder = join(stage.world.folder, "kills");
    mkdirSync(this.#folder);
  }

  /** Rolls a release out with nobody killed, and names every call that could have been the last one. */
  async points(version: string): Promise<readonly KillPoint[]> {
    const { log, ended } = this.#rollOut(version, null);
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
    const { id, ended } = this.#rollOut(version, point);
    const { exitCode } = await ended;
    const reached = exitCode === undefined;
    // Long enough for users to meet whatever was left standing.
    await sleep(500);
    const { code, document, stderr } = await this.#stage.sluice(["resume", "local", service]);
    const resumed = (document as { outcome?: string }).outcome ?? "nothing";
    const problems = [
      ...(code === 0 || (code === 1 && resumed === "rolledBack") ? [] : [`resume ended with ${code}: ${stderr}`]),
      ...(await disagreements(this.#stage)),
      ...(await this.#leftovers(id)),
      ...Object.entries(failures(this.#users.take())).map(([what, count]) => `${count} requests failed: ${what}`),
    ];
    return { point, reached, resumed, problems };
  }

  /** In a process group of its own, which the engine and what it starts belong to. */
  #rollOut(version: string, point: KillPoint | null) {
    const id = `kill-${++this.#runs}-${process.pid}`;
    const log = join(this.#folder, `${id}.log`);
    writeFileSync(log, "");
    const program = join(this.#stage.world.ownCheckout, "scripts", "chaos", "driver.ts");
    const where = [log, point?.call ?? "-", point?.when ?? "before"];
    const ended = execa(process.execPath, [program, ...where, "rollout", "local", service, version, "--json"], {
      cwd: this.#stage.world.ownCheckout,
      env: { ...this.#stage.env, SLUICE_CHAOS: id },
      extendEnv: false,
      detached: true,
      stdin: "ignore",
      reject: false,
    });
    return { id, log, ended };
  }

  /** Locks that nobody holds, processes that nobody waits for, containers that nobody declares. */
  async #leftovers(id: string): Promise<readonly string[]> {
    const { world } = this.#stage;
    const locks = globSync("**/*", { cwd: join(world.state, ".pulumi", "locks"), withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    );
    return [
      ...locks.map(({ name }) => `Pulumi's lock ${name} is left`),
      ...processesWith(`SLUICE_CHAOS=${id}`).map((process) => `a process is left: ${process}`),
      ...(await orphans(this.#stage)),
    ];
  }
}

/** Command lines of processes that have this in their environment. */
function processesWith(variable: string): readonly string[] {
  return globSync("/proc/[0-9]*/environ").flatMap((path) => {
    try {
      if (!readFileSync(path, "utf8").split("\0").includes(variable)) return [];
      return [readFileSync(path.replace("environ", "cmdline"), "utf8").replaceAll("\0", " ").trim()];
    } catch {
      return []; // It has just ended, or is somebody else's.
    }
  });
}
