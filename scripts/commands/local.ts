import type { Command } from "commander";
import { command, group, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { exportLines } from "../cli/exports.ts";
import { localVariables } from "../local/environment.ts";
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
      const variables = localVariables();
      out.result({ releases: kept.releases, environment: variables }, nextSteps(kept.releases, variables));
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

function nextSteps(releases: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>>): string {
  return [
    `Running. Releases of org1/react-ui and org2/react-ui: ${Object.keys(releases).join(", ")}. In this shell:`,
    ...exportLines(variables).map((line) => `  ${line}`),
    "  npx sluice ledger init local",
    "  npx sluice up local",
    "  npx sluice rollout local org1/react-ui 1.0.0",
    '"npx sluice local stop" ends it, with its ledger and state.',
  ].join("\n");
}
