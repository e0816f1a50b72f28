import type { Command } from "commander";
import { command, group, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { startKept, stopKept } from "../local/keeping.ts";
import { setUp } from "../toolchain/set-up.ts";

interface Options {
  readonly json?: boolean;
}

export function localCommand(): Command {
  const start = command("start", "bring up the hosts, the registry and the sample's images of the local environment", [
    "local start",
  ]).action((options: Options) =>
    perform(options, async ({ out }) => {
      const progress = (text: string) => out.tell("step", text);
      await setUp(undefined, progress);
      const kept = await startKept(progress);
      kept.leave();
      out.result(
        { releases: kept.releases },
        `Running. Releases: ${Object.keys(kept.releases).join(", ")}. "sluice local stop" ends it.`,
      );
      return exitCode.done;
    }),
  );
  const stop = command("stop", "end it, with everything it holds", ["local stop"]).action((options: Options) =>
    perform(options, async ({ out }) => {
      const ended = await stopKept();
      out.result({ ended }, ended ? "Ended." : "It was not running.");
      return exitCode.done;
    }),
  );
  return group("local", "two hosts on this machine, for trying things out", [start, stop]);
}
