import { RefusedError } from "../model/errors.ts";
import type { Clock, Held, Holder, HolderPort, Tell } from "./ports.ts";

/** What a command needs to be the one that drives a service. */
export interface Holding {
  readonly holders: HolderPort;
  readonly stream: string;
  readonly me: Holder;
  /** How long a hold outlives its holder: as long as a lease on the hosts. */
  readonly seconds: number;
  /** Whether a process is known to have ended; of another machine's nobody knows. */
  readonly isGone: (holder: Holder) => boolean;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** How a command comes by the hold: not while another one has it, once that one's has run out, or at once. */
export type Manner = "alone" | "afterwards" | "atOnce";

/**
 * Carries `act` out as the service's holder, and lets go afterwards.
 * @throws RefusedError when another process holds the service
 */
export async function holding<T>(options: Holding, manner: Manner, act: () => Promise<T>): Promise<T> {
  const taken = await take(options, manner);
  if (!taken) return act();
  const over = new AbortController();
  void renew(options, over.signal);
  try {
    return await act();
  } finally {
    over.abort();
    await options.holders.letGo(options.stream, options.me).catch(() => undefined);
  }
}

/** False when the store can't tell: whatever the act appends says so soon enough, and going back doesn't need it. */
async function take(options: Holding, manner: Manner): Promise<boolean> {
  const { holders, stream, me, seconds, isGone, clock, tell, signal } = options;
  let first: Held | null = null;
  try {
    for (;;) {
      let held = await holders.hold(stream, me, seconds, manner === "atOnce");
      if (held.holder.id !== me.id && isGone(held.holder)) held = await holders.hold(stream, me, seconds, true);
      if (held.holder.id === me.id) return true;
      if (manner === "alone") throw refusal(held);
      if (first && (held.until !== first.until || held.holder.id !== first.holder.id)) throw refusal(held);
      if (signal.aborted) throw new RefusedError("stopped by a person before anything was taken over");
      if (!first) {
        const wait = Math.ceil(held.remainingSeconds);
        tell("note", `${held.holder.who} drives it; if nothing is heard of that one, this one takes over in ${wait} s`);
      }
      first = held;
      await clock.sleep(Math.min(1_000, Math.max(50, held.remainingSeconds * 1000)), signal);
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    return false;
  }
}

function refusal({ holder, remainingSeconds }: Held): RefusedError {
  const seconds = Math.max(1, Math.ceil(remainingSeconds));
  return new RefusedError(
    `${holder.who} drives it, and would be succeeded ${seconds} s after it was last heard of: ` +
      'wait for it, or bring the traffic back with "sluice abort"',
  );
}

async function renew({ holders, stream, me, seconds, clock }: Holding, over: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep((seconds * 1000) / 3, over);
    if (over.aborted) return;
    const held = await holders.hold(stream, me, seconds, false).catch(() => null);
    if (held && held.holder.id !== me.id) return;
  }
}
