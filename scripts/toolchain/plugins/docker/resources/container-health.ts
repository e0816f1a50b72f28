import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "dockerode";
import { attempt } from "../engine/errors.ts";

const LOOK_MS = 1_000;

/** Ends once Docker calls the container healthy; the container stays where it doesn't in time. */
export async function waitHealthy(
  made: Container,
  name: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  for (;;) {
    const { State } = await attempt("error inspecting container state", () => made.inspect());
    if (!State.Health) {
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
          "Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    }
    if (State.Health.Status === "healthy") return;
    const left = deadline - performance.now();
    if (left <= 0) throw new Error(unhealthy(name, made.id, timeoutSeconds, State));
    await sleep(Math.min(LOOK_MS, left), undefined, { signal });
  }
}

type State = Awaited<ReturnType<Container["inspect"]>>["State"];

function unhealthy(name: string, id: string, timeoutSeconds: number, state: State): string {
  const last = state.Health?.Log?.at(-1);
  const output = last ? `; last check ended with ${last.ExitCode}: ${last.Output.trim()}` : "";
  return (
    `container failed to be in healthy state: ${name} (${id.slice(0, 12)}) is ${state.Status} and ` +
    `${state.Health?.Status ?? "unchecked"} after ${timeoutSeconds} s${output}`
  );
}
