import type { Command } from "commander";
import { placesOf, resolvePlan } from "../../infra/config/resolve-revision.ts";
import { rollBack, wayBack, type WayBack } from "../../infra/driver/rollback.ts";
import type { Outcome } from "../../infra/driver/rollout.ts";
import { command, perform, type Action } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import type { Output } from "../cli/output.ts";
import { openEnvironment, openService } from "../compose.ts";
import { conclude } from "./outcome.ts";
import { rolloutId } from "./rollout.ts";

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly dryRun?: boolean;
  readonly reason: string;
}

export function rollbackCommand(): Command {
  return command("rollback", "go back to the release before, or to any earlier one; the ledger knows what it was", [
    "rollback prod org1/react-ui",
    'rollback prod org1/react-ui 1.3.0 --reason "checkout is broken"',
    "rollback prod org1/react-ui --dry-run",
  ])
    .argument("<environment>")
    .argument("<service>")
    .argument("[version]", "an earlier release; default: the one that served before")
    .option("--reason <text>", "why, for the ledger", "a person asked for it")
    .option("--dry-run", "show what it would go back to, and change nothing")
    .action((environment: string, service: string, version: string | undefined, options: Options) =>
      perform(options, (action) => goBack(environment, service, version ?? null, options, action)),
    );
}

async function goBack(
  name: string,
  serviceName: string,
  version: string | null,
  { reason, dryRun }: Options,
  { out, signal, verbose }: Action,
): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const { service, checkEngine, drive, close } = await openService(environment, serviceName, {
    tell: out.tell,
    signal,
    verbose,
  });
  const { journal } = service;
  try {
    if (dryRun) return show(out, wayBack(await journal.foreseen(), version));
    const outcome = await drive("alone", async () => {
      await journal.catchUp();
      const id = rolloutId(wayBack(journal.entries, version).target.release.version);
      const plan = resolvePlan(environment.settings, serviceName, id);
      const hosts = placesOf(environment.settings, serviceName);
      return rollBack(service, plan, { id, version, reason, hosts, beforeFilling: checkEngine });
    });
    const code = await conclude(out, service, outcome);
    return wentBack(outcome) ? exitCode.done : code;
  } finally {
    await close();
  }
}

/** Going back is what was asked for: having gone back is done. A target that was filled and didn't settle is not that. */
export function wentBack(outcome: Outcome): boolean {
  return outcome.kind === "ended" && outcome.reverted === true && outcome.state.phase === "rolledBack";
}

function show(out: Output, way: WayBack): ExitCode {
  const { release } = way.target;
  const how = way.kind === "warm" ? `still warm in ${way.to}: the markers move, nothing else` : "filled again first";
  out.result({ dryRun: true, release, way: way.kind }, `Would go back to ${release.version}, ${how}.`);
  return exitCode.done;
}
