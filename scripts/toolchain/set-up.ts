import { asRoot, installScript } from "./apt.ts";
import { withLock } from "./bootstrap/lock.mjs";
import { runCommand } from "./bootstrap/run-command.mjs";
import { ensureToolchain } from "./env.ts";
import { missingParts } from "./find-part.ts";
import { probeMachine } from "./machine.ts";
import { OS_PARTS, type Need, type OsPartName, USUAL_NEEDS } from "./os-parts.ts";
import { explain, type Machine, preFlight } from "./pre-flight.ts";
import { type Progress, toStderr } from "./progress.ts";

/** This machine can't be set up; the message says what is missing, why it matters and the commands that mend it. */
export class SetUpError extends Error {
  override readonly name = "SetUpError";
  /** Exit code of a command that stops for it. */
  readonly exitCode = 3;
}

/**
 * Brings what is needed: the engine with its plugins, and programs of the operating system. What is there already is
 * left as it is, and no service is started or stopped.
 * @throws SetUpError within seconds, before any long step, where it can't work.
 */
export async function setUp(needs: readonly Need[] = USUAL_NEEDS, progress: Progress = toStderr): Promise<void> {
  const machine = await checkMachine(needs);
  const { root } = machine;
  if (machine.missing.length > 0 && root !== "no") await installParts(machine.missing, root, progress);
  if (needs.includes("pulumi")) await ensureToolchain(progress);
}

/** Looks whether a set-up can work here. */
export async function checkMachine(needs: readonly Need[]): Promise<Machine> {
  const machine = await probeMachine(needs);
  const obstacles = preFlight(machine, needs);
  if (obstacles.length > 0) throw new SetUpError(`Sluice can't be set up here:\n${explain(obstacles)}`);
  return machine;
}

async function installParts(names: readonly OsPartName[], root: "root" | "sudo", progress: Progress): Promise<void> {
  await withLock(
    "os-parts",
    async (lock) => {
      // Another set-up may have brought them while this one waited.
      const missing = await missingParts(names);
      if (missing.length === 0) return;
      const packages = missing.flatMap((name) => OS_PARTS[name].packages);
      const argv = asRoot(root, installScript(packages));
      await runCommand(`Installing ${packages.join(", ")} with apt-get`, argv, { lock, say: progress });
      const still = await missingParts(missing);
      if (still.length > 0)
        throw new SetUpError(`apt-get installed ${packages.join(", ")}, but ${still.join(", ")} can't be found`);
    },
    progress,
  );
}
