import { execa } from "execa";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { service, type Stage } from "../e2e/testing/stage.ts";
import type { KillPoint } from "./kill-points.ts";

let runs = 0;

/** What becomes of the driver there. */
export type Strike = "SIGKILL" | "SIGSTOP";

/** Rolls a release out by a driver in a process group of its own, which the engine and what it starts belong to. */
export function beginDriver(stage: Stage, version: string, point: KillPoint | null, strike: Strike = "SIGKILL") {
  const { folder, ownCheckout } = stage.world;
  const id = `driver-${++runs}-${process.pid}`;
  mkdirSync(join(folder, "drivers"), { recursive: true });
  const log = join(folder, "drivers", `${id}.log`);
  writeFileSync(log, "");
  const program = join(ownCheckout, "scripts", "chaos", "driver.ts");
  const where = [log, strike, point?.call ?? "-", point?.when ?? "before"];
  const ended = execa(process.execPath, [program, ...where, "rollout", "local", service, version, "--json"], {
    cwd: ownCheckout,
    env: { ...stage.env, SLUICE_CHAOS: id },
    extendEnv: false,
    detached: true,
    stdin: "ignore",
    reject: false,
  });
  const { pid } = ended;
  if (pid === undefined) throw new Error("the driver could not be started");
  return { pid, variable: `SLUICE_CHAOS=${id}`, log, ended };
}
