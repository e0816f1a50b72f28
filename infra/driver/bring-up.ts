import { BusyError, ConflictError, messageOf, UnknownError } from "../model/errors.ts";
import type { Service } from "./context.ts";
import { limits } from "./limits.ts";
import type { ChangeSummary } from "./ports.ts";
import { LateError, lateText, withinLimit } from "./within-limit.ts";

/** How soon an `up` ends when a person stops the driver: at once, or in its own time unless a Docker engine hangs. */
export type Ends = "atOnce" | "inOrder";

/** Somebody is at the stack, who may still carry out what the ledger said before. */
export class UnsettledStackError extends UnknownError {}

/**
 * Brings the stack to what the ledger says. It isn't begun while a Docker engine hangs, and cancelled when it takes longer
 * than the settings allow: Pulumi itself would wait for as long as it takes.
 * @throws UnknownError that names the hosts whose engine hangs, or who else is at the stack; ConflictError once another
 *   driver has taken over
 */
export async function bringUp(service: Service, ends: Ends = "inOrder"): Promise<ChangeSummary> {
  const hanging = hangsOn(await hangingHosts(service));
  if (hanging !== "") throw new UnknownError(`${hanging}: no "up" was begun`);
  const { clock, stack, upSeconds } = service;
  const stopped = stopOf(service, ends);
  const fence = () => service.journal.listen();
  try {
    const limit = { clock, seconds: upSeconds, late: lateText("up", stack, upSeconds) };
    return await withinLimit(limit, (cancelled) => service.engine.up(stack, cancelled, fence), stopped.signal);
  } catch (error) {
    if (error instanceof BusyError) throw new UnsettledStackError(error.message, { cause: error });
    // Who takes over ends what this one has begun.
    await fence().catch((reason: unknown) => {
      if (reason instanceof ConflictError) throw reason;
    });
    // Who stopped it while a slot is filled wants to go back, and no reasons.
    if (!(error instanceof LateError) && (ends === "atOnce" || !stopped.signal.aborted)) throw error;
    const why = hangsOn(await hangingHosts(service));
    throw why === "" ? error : new UnknownError(`${messageOf(error)}; ${why}`, { cause: error });
  } finally {
    stopped.over();
  }
}

/** Aborted when a person stops the driver and the `up` is to end for that. */
function stopOf(service: Service, ends: Ends): { readonly signal: AbortSignal; readonly over: () => void } {
  const stop = new AbortController();
  const over = new AbortController();
  const onStop = async () => {
    if (ends === "inOrder" && (await hangingHosts(service)).length === 0) return;
    if (!over.signal.aborted) stop.abort();
  };
  if (ends === "atOnce" && service.signal.aborted) stop.abort();
  service.signal.addEventListener("abort", () => void onStop(), { once: true, signal: over.signal });
  return { signal: stop.signal, over: () => over.abort() };
}

/** Hosts whose Docker engine takes a request and doesn't answer it. One that refuses is no reason to wait: `up` says so. */
async function hangingHosts({ hosts }: Service): Promise<readonly string[]> {
  const hanging = await Promise.all(
    hosts.map(async (host) => {
      const answers = await host.engineAnswers(limits.engineReach).catch(() => true);
      return answers ? [] : [host.name];
    }),
  );
  return hanging.flat();
}

function hangsOn(hosts: readonly string[]): string {
  if (hosts.length === 0) return "";
  return `the Docker engine of ${hosts.join(", ")} hangs (no answer within ${limits.engineReach / 1000} s)`;
}
