import { type Command, CommanderError } from "commander";
import { exitCode } from "./cli/exit.ts";
import { sluiceProgram } from "./program.ts";

/** Wrong words end with the exit code of wrong input and a hint, help with that of done; commands inherit neither. */
function exitOverride(command: Command): void {
  command.exitOverride().showHelpAfterError("(--help shows how)");
  command.commands.forEach(exitOverride);
}

const program = sluiceProgram();
exitOverride(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.wrongInput;
}
