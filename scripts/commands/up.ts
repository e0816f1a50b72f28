import type { Command } from "commander";
import { serviceOf } from "../../infra/config/resolve-revision.ts";
import { systemClock } from "../../infra/adapters/clock.ts";
import type { PulumiEngine } from "../../infra/adapters/pulumi.ts";
import type { ChangeSummary, LedgerPort } from "../../infra/driver/ports.ts";
import { lateText, withinLimit } from "../../infra/driver/within-limit.ts";
import { resumeRollout } from "../../infra/driver/resume.ts";
import { streamOf } from "../../infra/ledger/event.ts";
import { unfinishedRevert } from "../../infra/ledger/rollouts.ts";
import { serviceStack } from "../../infra/model/service-name.ts";
import { command, perform, type Action } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEngine, openEnvironment, openLedgerOf, openService, type Environment } from "../compose.ts";

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly dryRun?: boolean;
}

export function upCommand(): Command {
  return command("up", "bring an environment and its services to what is declared, as `pulumi up -s <stack>` would", [
    "up local",
    "up prod org1/react-ui",
    "up prod --dry-run",
  ])
    .argument("<environment>")
    .argument("[service]", "only this service's stack; default: the environment's, then every service's")
    .option("--dry-run", "preview, and change nothing")
    .action((environment: string, service: string | undefined, options: Options) =>
      perform(options, (action) => up(environment, service, options.dryRun ?? false, action)),
    );
}

async function up(name: string, service: string | undefined, dryRun: boolean, action: Action): Promise<ExitCode> {
  const { out, signal } = action;
  const environment = await openEnvironment(name);
  if (service !== undefined) serviceOf(environment.settings, service);
  const ledger = await openLedgerOf(environment, true);
  try {
    const engine = await openEngine(environment, ledger, { ...action, tell: out.tell });
    const services = service === undefined ? Object.keys(environment.settings.services) : [service];
    const stacks = [...(service === undefined ? [name] : []), ...services.map((one) => serviceStack(name, one))];
    const changes: { stack: string; changes: ChangeSummary }[] = [];
    for (const stack of stacks) {
      const within = limited(environment, stack, signal);
      if (stack === name) await within("preview", (cancelled) => announceGateways(engine, stack, out, cancelled));
      out.tell("step", `${dryRun ? "Previewing" : "Bringing up"} ${stack}`);
      const operation = dryRun ? "preview" : "up";
      changes.push({ stack, changes: await within(operation, (cancelled) => engine[operation](stack, cancelled)) });
    }
    for (const one of dryRun ? [] : services) await finishWayBack(environment, one, ledger, action);
    const rows = changes.map((one) => [one.stack, inWords(one.changes)]);
    out.result({ dryRun, stacks: changes }, table(["stack", dryRun ? "would change" : "changed"], rows));
    return exitCode.done;
  } finally {
    await ledger.close();
  }
}

/** Pulumi itself would wait for a host that hangs for as long as it takes. */
function limited({ settings }: Environment, stack: string, signal: AbortSignal) {
  const seconds = settings.pulumi.upSeconds;
  return <T>(operation: "up" | "preview", act: (cancelled: AbortSignal) => Promise<T>): Promise<T> =>
    withinLimit({ clock: systemClock, seconds, late: lateText(operation, stack, seconds) }, act, signal);
}

/** A host that a way back had to leave out may answer again: a service's hosts are brought together. */
async function finishWayBack(
  environment: Environment,
  name: string,
  ledger: LedgerPort,
  { out, signal, verbose }: Action,
): Promise<void> {
  if (!unfinishedRevert(await ledger.read(streamOf(environment.settings.environment, name)))) return;
  const { service, drive, close } = await openService(environment, name, { tell: out.tell, signal, verbose });
  await drive("alone", () => resumeRollout(service)).finally(close);
}

/** Replacing nginx drops connections, so nobody may be surprised by it. */
async function announceGateways(
  engine: PulumiEngine,
  stack: string,
  { tell }: Action["out"],
  cancelled: AbortSignal,
): Promise<void> {
  const { resources } = await engine.changes(stack, cancelled);
  const replaced = resources.filter(({ operation, name }) => operation === "replace" && name.endsWith("-gateway"));
  for (const { name, properties } of replaced) {
    const host = name.slice(0, -"-gateway".length);
    tell(
      "bad",
      `The gateway of ${host} is replaced (${properties.join(", ")}): it refuses new connections until it is back`,
    );
  }
}

function inWords(changes: ChangeSummary): string {
  const done = Object.entries(changes).filter(([operation, count]) => operation !== "same" && count > 0);
  return done.length === 0 ? "nothing" : done.map(([operation, count]) => `${operation} ${count}`).join(", ");
}
