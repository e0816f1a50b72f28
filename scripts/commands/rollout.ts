import { randomBytes } from "node:crypto";
import { type Command, InvalidArgumentError } from "commander";
import { circumstancesOf } from "../../infra/driver/circumstances.ts";
import { decide, type Decision, type Wanted } from "../../infra/driver/decide.ts";
import { startRollout } from "../../infra/driver/rollout.ts";
import { askForApproval } from "../../infra/driver/signing/ask.ts";
import { command, perform, type Action } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import { planInWords } from "../../infra/rollout/plan-in-words.ts";
import type { Output } from "../cli/output.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openService } from "../compose.ts";
import { conclude } from "./outcome.ts";
import { takingRelease } from "./release.ts";
import { wantedOf, type WantedOptions } from "./wanted.ts";

interface Options extends WantedOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: number;
}

export function rolloutCommand(): Command {
  return takingRelease(
    command("rollout", "carry a release into an environment, verified, watched, and back by itself when it is bad", [
      "rollout local org1/react-ui 1.1.0",
      "rollout prod org1/react-ui 1.4.2 --image ghcr.io/org1/react-ui@sha256:<digest> --commit 3f9c2ab",
      "rollout stg org1/react-ui 1.4.2 --dry-run",
      "rollout prod org1/react-ui 1.4.2 --wait 120",
    ]),
  )
    .option("--wait <minutes>", "wait as long for approvals that are missing, and then begin", minutes)
    .option("--scan <file>", "report of the image's scan, by Trivy or Grype, for the gate of that name")
    .option("--breaking <file>", "what `sluice breaking --json` wrote, for the gate of that name")
    .option("--dry-run", "show the gates and the plan, and change nothing")
    .action((environment: string, service: string, version: string, options: Options) =>
      perform(options, (action) => rollOut(environment, service, version, options, action)),
    );
}

function minutes(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 10_080) return number;
  throw new InvalidArgumentError("expected minutes, above 0 and at most 10080 (a week)");
}

async function rollOut(
  name: string,
  service: string,
  version: string,
  options: Options,
  { out, signal, verbose }: Action,
): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const opened = await openService(environment, service, { tell: out.tell, signal, verbose });
  try {
    const wanted = await wantedOf(environment, service, version, options);
    const id = rolloutId(version);
    if (!options.dryRun) await askForApproval(opened.service, id, wanted, options.wait ?? 0);
    const decision = decide(
      await opened.service.journal.foreseen(),
      wanted,
      await circumstancesOf(opened.service, wanted),
    );
    if (options.dryRun) return show(out, decision, wanted);
    if (decision.kind === "go") await opened.checkEngine();
    const outcome = await opened.drive("alone", () => startRollout(opened.service, id, wanted));
    return await conclude(out, opened.service, outcome);
  } finally {
    await opened.close();
  }
}

/** Names a rollout so that a person sees which one is meant, and no two are alike. */
export function rolloutId(version: string): string {
  return `${version.replaceAll(/[^0-9A-Za-z]/g, "-")}-${randomBytes(4).toString("hex")}`;
}

function show(out: Output, decision: Decision, wanted: Wanted): ExitCode {
  switch (decision.kind) {
    case "busy":
    case "alreadySettled":
      out.result({ dryRun: true, decision: decision.kind, reason: decision.reason }, decision.reason);
      return decision.kind === "busy" ? exitCode.refused : exitCode.done;
    case "refused":
    case "go": {
      const gates = table(
        ["gate", "answer", "why"],
        decision.gates.map(({ gate, allowed, reason }) => [gate, allowed ? "allowed" : "denied", reason]),
      );
      const steps =
        decision.kind === "go"
          ? planInWords({ ...decision, revision: wanted.revision })
              .map((line, index) => `${index + 1}. ${line}`)
              .join("\n")
          : "Refused; nothing would be touched.";
      out.result(
        { dryRun: true, decision: decision.kind, ...decision, revision: wanted.revision },
        `${gates}\n${steps}`,
      );
      return decision.kind === "go" ? exitCode.done : exitCode.refused;
    }
  }
}
