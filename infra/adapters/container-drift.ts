import type { ContainerInspectInfo } from "dockerode";
import type { SlotContent } from "../driver/ports.ts";

/** What is looked at in a container, of all that Docker tells. */
export type Seen = Pick<ContainerInspectInfo, "State" | "Config" | "HostConfig">;

/**
 * How a slot's container differs from what it should run, in words. Only what matters to users and what hands change:
 * Docker fills in much by itself.
 */
export function containerDrift(name: string, seen: Seen | null, wanted: SlotContent | null): readonly string[] {
  if (!wanted) return seen ? [`${name} is there, though its slot is empty`] : [];
  if (!seen) return [`${name} is gone`];
  const { State: state, Config: config, HostConfig: host } = seen;
  const { container, release } = wanted.revision;
  const found: string[] = [];
  if (config.Image !== release.image) found.push(`it was made from ${config.Image}, not from ${release.image}`);
  else if (config.Labels["sluice.revision"] !== wanted.revisionHash) found.push("it holds another revision");
  if (state.Paused) found.push("it is paused");
  else if (!state.Running) found.push(`it doesn't run (exit code ${state.ExitCode}, since ${state.FinishedAt})`);
  else if (state.Health?.Status === "unhealthy") found.push("Docker finds it unhealthy");
  const limits: readonly [string, unknown, unknown][] = [
    ["bytes of memory", host.Memory, container.memoryMegabytes * 1024 * 1024],
    ["billionths of a CPU", host.NanoCpus, Math.round(container.cpus * 1e9)],
    ["restart policy", host.RestartPolicy?.Name, container.restart],
  ];
  for (const [what, is, ought] of limits) if (is !== ought) found.push(`${what}: ${String(is)}, not ${String(ought)}`);
  return found.map((text) => `${name}: ${text}`);
}
