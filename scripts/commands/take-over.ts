import type { Command } from "commander";
import type { Service } from "../../infra/driver/context.ts";
import { abortRollout, resumeRollout } from "../../infra/driver/resume.ts";
import { continueRollout } from "../../infra/driver/continue.ts";
import type { Manner } from "../../infra/driver/holding.ts";
import { retire } from "../../infra/driver/retire.ts";
import type { Outcome } from "../../infra/driver/rollout.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { openEnvironment, openService } from "../compose.ts";
import { conclude } from "./outcome.ts";

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly reason?: string;
}

/** Takes over a rollout whose driver is gone. */
export function resumeCommand(): Command {
  return onService(
    command("resume", "take over a rollout whose driver is gone, and end it in the old or the new state", [
      "resume prod org1/react-ui",
    ]),
    "afterwards",
    resumeRollout,
  );
}

/** Ends a rollout, wherever its driver is, with the traffic on the settled slot. */
export function abortCommand(): Command {
  return onService(
    command("abort", "bring the traffic of a rollout under way back to the settled slot, wherever its driver is", [
      'abort prod org1/react-ui --reason "wrong release"',
    ]).option("--reason <text>", "why, for the ledger", "aborted by a person"),
    "atOnce",
    (service, { reason = "" }) => abortRollout(service, reason),
    // Bringing it back is what was asked for.
    (outcome) => outcome.kind === "ended" && outcome.state.phase === "rolledBack",
  );
}

/** Tells the driver of a rollout that waits for a person to go on. */
export function continueCommand(): Command {
  return command("continue", "end the pause at which a rollout waits for a person; its driver goes on", [
    "continue prod org1/react-ui",
  ])
    .argument("<environment>")
    .argument("<service>")
    .action((environment: string, name: string, options: Options) =>
      perform(options, async ({ out, signal, verbose }) => {
        const opened = await openEnvironment(environment);
        const { service, close } = await openService(opened, name, { tell: out.tell, signal, verbose });
        try {
          const { rollout } = await continueRollout(service);
          out.result(
            { outcome: "continued", rollout },
            `${rollout} goes on; without a driver, "sluice resume" takes it.`,
          );
          return exitCode.done;
        } finally {
          await close();
        }
      }),
    );
}

/** Empties the slot that isn't settled. */
export function retireCommand(): Command {
  return onService(
    command("retire", "empty the slot that isn't settled, once no client is connected to it", [
      "retire prod org1/react-ui",
    ]),
    "alone",
    retire,
  );
}

function onService(
  made: Command,
  manner: Manner,
  act: (service: Service, options: Options) => Promise<Outcome>,
  asAskedFor: (outcome: Outcome) => boolean = () => false,
): Command {
  return made
    .argument("<environment>")
    .argument("<service>")
    .action((environment: string, name: string, options: Options) =>
      perform(options, async ({ out, signal, verbose }) => {
        const opened = await openEnvironment(environment);
        const { service, drive, close } = await openService(opened, name, { tell: out.tell, signal, verbose });
        try {
          const outcome = await drive(manner, () => act(service, options));
          const code = await conclude(out, service, outcome);
          return asAskedFor(outcome) ? exitCode.done : code;
        } finally {
          await close();
        }
      }),
    );
}
