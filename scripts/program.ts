import { Command } from "commander";
import { approveCommand, rejectCommand } from "./commands/approve.ts";
import { breakingCommand } from "./commands/breaking.ts";
import { configCommand } from "./commands/config.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evidenceCommand } from "./commands/evidence.ts";
import { gatesCommand } from "./commands/gates.ts";
import { historyCommand } from "./commands/history.ts";
import { judgeCommand } from "./commands/judge.ts";
import { keysCommand } from "./commands/keys.ts";
import { notifyCommand } from "./commands/notify.ts";
import { ledgerCommand } from "./commands/ledger.ts";
import { localCommand } from "./commands/local.ts";
import { envCommand, pulumiCommandLine } from "./commands/pulumi.ts";
import { quarantineCommand } from "./commands/quarantine.ts";
import { reviewCommand } from "./commands/review.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { rolloutCommand } from "./commands/rollout.ts";
import { statusCommand } from "./commands/status.ts";
import { abortCommand, continueCommand, resumeCommand, retireCommand } from "./commands/take-over.ts";
import { upCommand } from "./commands/up.ts";
import { versionCommand } from "./commands/version.ts";

/** The whole command line, not yet run: docs/commands.md is checked against it. */
export function sluiceProgram(): Command {
  const program = new Command("sluice")
    .description(
      "Declared environments and health-verified rollouts for containers on your own Docker hosts behind nginx",
    )
    .enablePositionalOptions()
    .showHelpAfterError("(--help shows how)")
    .addHelpText("after", "\nExit codes: 0 done, 1 rolled back or refused, 2 wrong input, 3 could not tell.");
  for (const command of [
    upCommand(),
    reviewCommand(),
    rolloutCommand(),
    rollbackCommand(),
    resumeCommand(),
    abortCommand(),
    continueCommand(),
    retireCommand(),
    statusCommand(),
    historyCommand(),
    quarantineCommand(),
    gatesCommand(),
    breakingCommand(),
    approveCommand(),
    rejectCommand(),
    evidenceCommand(),
    keysCommand(),
    notifyCommand(),
    versionCommand(),
    judgeCommand(),
    ledgerCommand(),
    configCommand(),
    localCommand(),
    doctorCommand(),
    pulumiCommandLine(),
    envCommand(),
  ]) {
    program.addCommand(command);
  }
  return program;
}
