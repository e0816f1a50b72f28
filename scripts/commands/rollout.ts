import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { resolvePlan, resolveRevision } from "../../infra/config/resolve-revision.ts";
import { decide, type Decision, type Wanted } from "../../infra/driver/decide.ts";
import { startRollout } from "../../infra/driver/rollout.ts";
import { command, perform, type Action } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import type { Step } from "../../infra/model/plan.ts";
import type { WatchSettings } from "../../infra/model/settings/health.ts";
import { shareInWords, shareOf } from "../../infra/rollout/share.ts";
import type { Output } from "../cli/output.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openService } from "../compose.ts";
import { conclude } from "./outcome.ts";
import { releaseOf, type ReleaseOptions } from "./release.ts";

interface Options extends ReleaseOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly dryRun?: boolean;
}

export function rolloutCommand(): Command {
  return command(
    "rollout",
    "carry a release into an environment, verified, watched, and back by itself when it is bad",
    [
      "rollout local org1/react-ui 1.1.0",
      "rollout prod org1/react-ui 1.4.2 --image ghcr.io/org1/react-ui@sha256:<digest> --commit 3f9c2ab",
      "rollout stg org1/react-ui 1.4.2 --dry-run",
    ],
  )
    .argument("<environment>")
    .argument("<service>", 'e.g. "org1/react-ui"')
    .argument("<version>", "semantic version; without --image also the tag that the registry is asked for")
    .option("--image <image>", "the release's image, pinned by digest")
    .option("--commit <hash>", "the commit that the image was built from")
    .option("--dry-run", "show the gates and the plan, and change nothing")
    .action((environment: string, service: string, version: string, options: Options) =>
      perform(options, (action) => rollOut(environment, service, version, options, action)),
    );
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
    const release = await releaseOf(environment, service, version, options);
    const { settings } = environment;
    const wanted: Wanted = {
      purpose: "rollout",
      revision: resolveRevision(settings, service, release),
      plan: resolvePlan(settings, service, randomBytes(8).toString("hex")),
    };
    const decision = decide(await opened.service.journal.foreseen(), wanted);
    if (options.dryRun) return show(out, decision, wanted);
    if (decision.kind === "go") await opened.checkEngine();
    const outcome = await opened.drive("alone", () => startRollout(opened.service, rolloutId(version), wanted));
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
      const steps = decision.kind === "go" ? planText(decision, wanted) : "Refused; nothing would be touched.";
      out.result(
        { dryRun: true, decision: decision.kind, ...decision, revision: wanted.revision },
        `${gates}\n${steps}`,
      );
      return decision.kind === "go" ? exitCode.done : exitCode.refused;
    }
  }
}

function planText(decision: Extract<Decision, { kind: "go" }>, wanted: Wanted): string {
  const { plan, candidate, settled } = decision;
  const { health, watch } = plan;
  const hosts = Object.keys(wanted.revision.hosts).join(", ");
  const lines = [
    `fill ${candidate} with ${wanted.revision.release.version} on ${hosts}${plan.strategy === "recreate" && settled ? ` after emptying ${settled}` : ""}`,
    `verify it privately: at most ${health.tries} tries, ${health.intervalSeconds} s apart`,
    ...plan.steps.map((step) => stepText(step, watch, settled ?? "no slot")),
    `settle ${candidate}; ${settled ?? "nothing"} stays warm until the next rollout`,
  ];
  return lines.map((line, index) => `${index + 1}. ${line}`).join("\n");
}

function stepText(step: Step, watch: WatchSettings, settled: string): string {
  const limits = `above ${watch.maxErrorPercent} % errors or p95 ${watch.maxP95Milliseconds} ms it goes back to ${settled}`;
  const share = shareInWords(shareOf(step));
  switch (step.kind) {
    case "weight": {
      const bad = step.percent === 0 ? `it goes back when its private checks fail` : limits;
      return `give it ${share} for ${step.holdSeconds} s; ${bad}`;
    }
    case "analysis":
    case "shadow":
      return `give it ${share} until it is shown to be no worse than ${settled}, for ${step.minSeconds} to ${step.holdSeconds} s; worse goes back`;
    case "pause":
      return `wait with ${share} until a person says "sluice continue"; ${step.percent === 0 ? "private checks that fail" : "worse"} goes back`;
  }
}
