import type { Command } from "commander";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { diagnose, renderTable } from "../toolchain/doctor.ts";

interface Options {
  readonly json?: boolean;
}

export function doctorCommand(): Command {
  return command(
    "doctor",
    "which Pulumi, plugins, Docker, nginx and Node are in use, from where, and what is missing",
    ["doctor", "doctor --json"],
  ).action((options: Options) =>
    perform(options, async ({ out }) => {
      const diagnosis = await diagnose();
      out.result(diagnosis, renderTable(diagnosis));
      return diagnosis.parts.some((part) => part.state === "missing" && !part.optional)
        ? exitCode.unknown
        : exitCode.done;
    }),
  );
}
