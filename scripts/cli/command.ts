import { Command, Option } from "commander";
import { messageOf } from "../../infra/model/errors.ts";
import { explain, type ExitCode } from "./exit.ts";
import { interruptible } from "./interrupt.ts";
import { output, type Output } from "./output.ts";

/** What every command's action gets beside its own arguments and options. */
export interface Action {
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly verbose: boolean;
}

interface Common {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Commands that belong together; options belong to the commands themselves. */
export function group(name: string, description: string, commands: readonly Command[]): Command {
  const made = new Command(name).description(description);
  for (const one of commands) made.addCommand(one);
  return made;
}

/** A command with `--json` and `--verbose`, whose action's errors become a message and an exit code. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option("--json", "one JSON document on stdout; everything else goes to stderr"))
    .addOption(new Option("--verbose", "show the engine's own output"))
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ sluice ${example}`).join("\n")}`);
}

/** Runs an action so that it always sets an exit code, and says what went wrong in the form that was asked for. */
export async function perform(common: Common, action: (action: Action) => Promise<ExitCode>): Promise<void> {
  const out = output(common.json ?? false);
  const interrupt = interruptible(out);
  try {
    process.exitCode = await action({ out, signal: interrupt.signal, verbose: common.verbose ?? false });
  } catch (error) {
    const { code, kind, message } = explain(error);
    const issues = error instanceof Error && "issues" in error ? { issues: error.issues } : {};
    if (out.json) out.result({ error: { kind, message: messageOf(error), ...issues } }, "");
    process.stderr.write(`${message}\n`);
    process.exitCode = code;
  } finally {
    interrupt.done();
  }
}
