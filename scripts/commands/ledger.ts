import type { Command } from "commander";
import { backupLedger, initLedger, restoreLedger, verifyLedger } from "../../infra/adapters/ledger/index.ts";
import { command, group, perform, type Action } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, type Environment } from "../compose.ts";

interface Options {
  readonly json?: boolean;
}

export function ledgerCommand(): Command {
  return group("ledger", "the append-only record of everything that happened", [
    onLedger(command("init", "create the environment's ledger; nothing else ever does", ["ledger init local"]), init),
    onLedger(command("verify", "check every entry's hash and place", ["ledger verify prod --json"]), verify),
    onFile(
      command("backup", "write all entries to a file, while the ledger is in use", ["ledger backup prod prod.jsonl"]),
      backup,
    ),
    onFile(
      command("restore", "fill a ledger that isn't there yet from a backup; it keeps its identity", [
        "ledger restore prod prod.jsonl",
      ]),
      restore,
    ),
  ]);
}

function onLedger(made: Command, act: (environment: Environment, action: Action) => Promise<ExitCode>): Command {
  return made
    .argument("<environment>")
    .action((name: string, options: Options) =>
      perform(options, async (action) => act(await openEnvironment(name), action)),
    );
}

function onFile(
  made: Command,
  act: (environment: Environment, file: string, action: Action) => Promise<ExitCode>,
): Command {
  return made
    .argument("<environment>")
    .argument("<file>")
    .action((name: string, file: string, options: Options) =>
      perform(options, async (action) => act(await openEnvironment(name), file, action)),
    );
}

async function init({ settings, secrets }: Environment, { out }: Action): Promise<ExitCode> {
  const id = await initLedger(settings.ledger, new Date().toISOString(), secrets.resolve);
  out.result({ ledger: id }, `Ledger ${id} of ${settings.environment} is there and empty.`);
  return exitCode.done;
}

async function verify({ settings, secrets }: Environment, { out }: Action): Promise<ExitCode> {
  const report = await verifyLedger(settings.ledger, secrets.resolve);
  const rows = report.streams.map((stream) => [
    stream.stream,
    stream.entries,
    stream.problem === null ? "whole" : `entry ${stream.problem.sequence}: ${stream.problem.detail}`,
  ]);
  out.result(
    report,
    rows.length === 0 ? `Ledger ${report.id} is whole, and empty.` : table(["stream", "entries", "chain"], rows),
  );
  return report.healthy ? exitCode.done : exitCode.unknown;
}

async function backup({ settings, secrets }: Environment, file: string, { out }: Action): Promise<ExitCode> {
  const entries = await backupLedger(settings.ledger, file, secrets.resolve);
  out.result({ file, entries }, `${entries} entries are in ${file}.`);
  return exitCode.done;
}

async function restore({ settings, secrets }: Environment, file: string, { out }: Action): Promise<ExitCode> {
  const { entries, id } = await restoreLedger(settings.ledger, file, secrets.resolve);
  out.result({ file, entries, ledger: id }, `${entries} entries are in ledger ${id} of ${settings.environment}.`);
  return exitCode.done;
}
