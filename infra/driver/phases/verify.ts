import { messageOf } from "../../model/errors.ts";
import { judge, judgeMemory, memoryBound, probesOf, worst, type Check } from "../../rollout/health.ts";
import { memoryPercent } from "../../rollout/usage.ts";
import type { Observation } from "../../rollout/state.ts";
import { type Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import type { HostPort } from "../ports.ts";

function asFailure(error: unknown) {
  return { kind: "failed", reason: messageOf(error) } as const;
}

export interface HostCheck extends Check {
  readonly host: string;
}

export interface Verified {
  readonly seen: Observation;
  readonly checks: readonly HostCheck[];
}

/**
 * One private look at the candidate on every host: the whole health contract, past the gateway.
 * @param command The program of the contract, which may take minutes and change things; null leaves it out.
 */
export async function verify(
  run: Run,
  command: readonly string[] | null = run.plan.health.command ?? null,
): Promise<Verified> {
  const hosts = hostsWith(run, run.candidate);
  const checks = (await Promise.all(hosts.map((host) => checkHost(run, host, command)))).flat();
  const result = worst(checks);
  if (result === "healthy") return { seen: { kind: "healthy" }, checks };
  const reason = checks
    .filter((check) => check.result !== "healthy")
    .map(({ host, name, result: how, detail }) => `${name} on ${host} is ${how}: ${detail}`)
    .join("; ");
  return { seen: { kind: result, reason: reason || "no check was made" }, checks };
}

async function checkHost(run: Run, host: HostPort, command: readonly string[] | null): Promise<readonly HostCheck[]> {
  const { health } = run.plan;
  const checks: Check[] = [];
  for (const probe of probesOf(health)) {
    if (run.signal.aborted) break;
    const answer = await host.ask(run.candidate, probe.path, health.timeoutSeconds * 1000).catch(asFailure);
    checks.push(judge(probe, answer));
  }
  const bound = memoryBound(health);
  if (bound !== null) checks.push(await checkMemory(run, host, bound));
  // It runs only for a candidate that passed everything else.
  if (command && !run.signal.aborted && worst(checks) === "healthy")
    checks.push(await checkByCommand(run, host, command));
  return checks.map((check) => ({ host: host.name, ...check }));
}

async function checkMemory({ candidate }: Run, host: HostPort, bound: number): Promise<Check> {
  const usage = await host.usage(candidate).catch(() => null);
  return judgeMemory(bound, usage && memoryPercent(usage));
}

async function checkByCommand(run: Run, host: HostPort, command: readonly string[]): Promise<Check> {
  const name = "command";
  try {
    const environment = {
      SLUICE_URL: await host.url(run.candidate),
      SLUICE_HOST: host.name,
      SLUICE_ENVIRONMENT: run.environment,
      SLUICE_SERVICE: run.name,
      SLUICE_VERSION: run.revision.release.version,
    };
    const { exitCode, output } = await run.command.run(
      command,
      environment,
      run.plan.health.commandSeconds * 1000,
      run.signal,
    );
    if (exitCode === 0) return { name, result: "healthy", detail: `${command.join(" ")}: exit code 0` };
    const tail = output.trimEnd().split("\n").slice(-5).join(" | ");
    const how = exitCode === null ? "it has no exit code (not started, ended, or late)" : `exit code ${exitCode}`;
    return {
      name,
      result: exitCode === null ? "unknown" : "unhealthy",
      detail: `${command.join(" ")}: ${how}: ${tail}`,
    };
  } catch (error) {
    return { name, result: "unknown", detail: messageOf(error) };
  }
}
