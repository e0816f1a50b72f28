import { Argument, type Command, Option } from "commander";
import { serviceOf } from "../../infra/config/resolve-revision.ts";
import { environmentStream, streamOf } from "../../infra/ledger/event.ts";
import { type Recorded, recordedExceptions } from "../../infra/ledger/exceptions.ts";
import { type Rollout, rollouts } from "../../infra/ledger/rollouts.ts";
import { windowKinds, type WindowKind, windowsOf } from "../../infra/ledger/windows.ts";
import { summarise } from "../../infra/ledger/summary.ts";
import { InputError } from "../../infra/model/errors.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openLedgerOf } from "../compose.ts";

interface Options {
  readonly json?: boolean;
  readonly rollout?: string;
  readonly events?: boolean;
  readonly windows?: WindowKind;
}

export function historyCommand(): Command {
  return command(
    "history",
    "every rollout of a service: what, who, when, how it ended; without one, the policy's exceptions",
    [
      "history prod org1/react-ui",
      "history prod org1/react-ui --rollout 1.4.2-5b1f03aa",
      "history prod org1/react-ui --events --json",
      "history prod org1/react-ui --rollout 1.4.2-5b1f03aa --windows users > windows.jsonl",
      "history prod",
    ],
  )
    .addArgument(new Argument("<environment>"))
    .argument("[service]", "default: what is no service's, which are exceptions of the policy")
    .option("--rollout <id>", "the summary of one rollout, in Markdown")
    .option("--events", "the ledger's entries themselves")
    .addOption(
      new Option(
        "--windows <kind>",
        "what the rollout's looks counted of users, or of copies, as `judge --input` takes it; without --rollout: the last one's",
      ).choices(windowKinds),
    )
    .action((name: string, service: string | undefined, options: Options) =>
      perform(options, async ({ out }) => {
        const environment = await openEnvironment(name);
        if (service !== undefined) serviceOf(environment.settings, service);
        if (service === undefined && (options.rollout ?? options.windows) !== undefined) {
          throw new InputError("A rollout is a service's:", [
            { key: "service", message: "expected its name, found nothing" },
          ]);
        }
        const stream = service === undefined ? environmentStream(name) : streamOf(name, service);
        const ledger = await openLedgerOf(environment, true);
        const entries = await ledger.read(stream).finally(() => ledger.close());
        if (options.events) {
          const rows = entries.map(({ sequence, at, by, event }) => [sequence, at, by, event.kind]);
          out.result({ entries }, table(["#", "at", "by", "event"], rows));
          return exitCode.done;
        }
        if (service === undefined) {
          const exceptions = recordedExceptions(entries);
          out.result({ exceptions }, exceptionsTable(exceptions));
          return exitCode.done;
        }
        const all = rollouts(entries);
        const one = options.rollout === undefined ? null : rolloutOf(all, options.rollout);
        if (options.windows !== undefined) {
          const rollout = (one ?? all.findLast(({ startedAt }) => startedAt !== null))?.id ?? "";
          const windows = windowsOf(entries, rollout, options.windows);
          out.result({ rollout, windows }, windows.map((window) => JSON.stringify(window)).join("\n"));
          return exitCode.done;
        }
        if (one) {
          out.result(one, summarise(name, service, one));
          return exitCode.done;
        }
        const rows = all
          .toReversed()
          .map(({ id, requestedAt, requestedBy, release, outcome, candidate, reason }) => [
            requestedAt,
            id,
            release.version,
            outcome,
            candidate ?? "",
            requestedBy,
            reason ?? "",
          ]);
        out.result(
          { rollouts: all },
          rows.length === 0
            ? "Nothing was ever rolled out."
            : table(["at", "rollout", "release", "outcome", "slot", "by", "why"], rows),
        );
        return exitCode.done;
      }),
    );
}

function exceptionsTable(exceptions: readonly Recorded[]): string {
  if (exceptions.length === 0) return "Nothing was ever declared by an exception of the policy.";
  const rows = exceptions
    .toReversed()
    .map(({ at, rule, resource, granted, expires, approver, by, reason }) => [
      at,
      rule,
      resource,
      granted,
      expires,
      approver,
      by,
      reason,
    ]);
  return table(["first used", "rule", "resource", "granted", "expires", "approver", "by", "why"], rows);
}

/** @throws InputError when there is none */
function rolloutOf(all: readonly Rollout[], wanted: string): Rollout {
  const one = all.find(({ id }) => id === wanted);
  if (one) return one;
  const message = `expected one of ${all.map(({ id }) => id).join(", ") || "none"}`;
  throw new InputError("There is no such rollout:", [{ key: "rollout", message }]);
}
