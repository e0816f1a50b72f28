import type { Command } from "commander";
import { signerBy } from "../../infra/adapters/signer.ts";
import { type Answer, answer } from "../../infra/driver/signing/answer.ts";
import type { Wanted } from "../../infra/driver/decide.ts";
import type { BreakingReport } from "../../infra/model/breaking.ts";
import { InputError } from "../../infra/model/errors.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { actor, openEnvironment, openService } from "../compose.ts";
import { type ReleaseOptions, takingRelease } from "./release.ts";
import { wantedOf } from "./wanted.ts";

interface Options extends ReleaseOptions {
  readonly json?: boolean;
  readonly key: string;
  readonly reason?: string;
  readonly breaking?: string;
}

export function approveCommand(): Command {
  return answering("approve", "agree to a release before it is rolled out, by your own key", [
    "approve prod org1/react-ui 1.4.2 --key ~/.sluice/alice.pem",
    "approve prod org1/react-ui 2.0.0 --key ~/.sluice/alice.pem --commit 3f9c2ab --breaking breaking.json",
  ])
    .option("--reason <text>", "anything that others should know, for the ledger")
    .option("--breaking <file>", "acknowledge what `sluice breaking --json` found, and wrote into this file");
}

export function rejectCommand(): Command {
  return answering("reject", "keep a release out until you approve it, by your own key", [
    'reject prod org1/react-ui 1.4.2 --key ~/.sluice/alice.pem --reason "the report is wrong"',
  ]).requiredOption("--reason <text>", "why, for the ledger");
}

function answering(kind: Answer["answer"], description: string, examples: readonly string[]): Command {
  return takingRelease(command(kind, description, examples))
    .requiredOption("--key <file>", "your private key, as `sluice keys new` wrote it")
    .action((name: string, serviceName: string, version: string, options: Options) =>
      perform(options, async ({ out, signal }) => {
        const environment = await openEnvironment(name);
        // Who answers has a key of their own, and none of the hosts'.
        const opening = { tell: out.tell, signal, hosts: "none" } as const;
        const { service, close } = await openService(environment, serviceName, opening);
        try {
          const wanted = await wantedOf(environment, serviceName, version, options);
          const breaking = reportIn(wanted);
          for (const { where, what } of breaking?.findings ?? []) out.tell("note", `Acknowledged: ${where}: ${what}`);
          const given = { answer: kind, reason: options.reason ?? "", by: actor(), ...(breaking ? { breaking } : {}) };
          const signer = signerBy({ secret: { file: options.key } }, environment.secrets.resolve);
          const said = await answer(service, wanted, given, signer);
          const what = kind === "approve" ? "approved" : "rejected";
          out.result(said, `${said.by} ${what} ${version} for ${name}, as its settings and its plan are now.`);
          return exitCode.done;
        } finally {
          await close();
        }
      }),
    );
}

/** What is acknowledged, if anything. @throws InputError for what is no report: nobody acknowledges what can't be read */
function reportIn({ reports }: Wanted): BreakingReport | undefined {
  switch (reports?.breaking.kind) {
    case undefined:
    case "missing":
      return undefined;
    case "read":
      return reports.breaking.report;
    case "unreadable":
      throw new InputError("This can't be acknowledged:", [{ key: "--breaking", message: reports.breaking.reason }]);
  }
}
