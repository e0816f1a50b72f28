import { appendFile } from "node:fs/promises";
import type { Service } from "../../infra/driver/context.ts";
import type { Outcome } from "../../infra/driver/rollout.ts";
import { rollouts } from "../../infra/ledger/rollouts.ts";
import { summarise } from "../../infra/ledger/summary.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import type { Output } from "../cli/output.ts";

/** Shows how a command of the driver ended, writes the CI's summary, and tells the exit code. */
export async function conclude(out: Output, service: Service, outcome: Outcome): Promise<ExitCode> {
  if (outcome.kind === "nothingToDo") {
    out.result({ outcome: "nothingToDo", reason: outcome.reason }, outcome.reason);
    return exitCode.done;
  }
  const rollout = rollouts(service.journal.entries).find(({ id }) => id === outcome.rollout);
  const { phase } = outcome.state;
  const reason = "reason" in outcome.state ? outcome.state.reason : null;
  if (rollout) {
    const summary = summarise(service.environment, service.name, rollout);
    const file = process.env["GITHUB_STEP_SUMMARY"];
    if (file) await appendFile(file, `${summary}\n`);
    const { release, candidate, rollbackMilliseconds } = rollout;
    out.result(
      {
        outcome: phase,
        reason,
        rollout: rollout.id,
        environment: service.environment,
        service: service.name,
        release,
        slot: candidate,
        rollbackMilliseconds,
        summary,
      },
      `${service.name} ${release.version} in ${service.environment}: ${phase}${reason === null ? "" : ` (${reason})`}`,
    );
  } else out.result({ outcome: phase, reason }, `${service.name}: ${phase}`);
  return phase === "promoted" ? exitCode.done : phase === "rolledBack" ? exitCode.refused : exitCode.unknown;
}
