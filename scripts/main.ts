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

// Whoever reads may go away (a closed pipe, a CI job that was ended): a rollout under way must come to its end all the
// same. Unheard, the error would be logged, which fails in the same way, for ever.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.wrongInput;
}
