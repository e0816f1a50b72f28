import type { Clock } from "../../driver/ports.ts";
import { UnknownError } from "../../model/errors.ts";
import { systemClock } from "../clock.ts";

/** From one request to end to the next, in milliseconds: Pulumi ends what it has begun first, and gives it up at the second. */
export const patience = 30_000;

export interface Stopping {
  readonly stop?: AbortSignal | undefined;
  /** Whether Pulumi was told already, as by a terminal that sends Ctrl-C to both: once more would mean "at once". */
  readonly isTold?: () => boolean;
  /** What it is at, in words, asked when it is told to end; empty when nothing. */
  readonly at?: () => string;
  /** Resolves once it minds SIGINT: before that one would end it on the spot, with its lock left behind. */
  readonly ready?: Promise<void>;
  readonly clock?: Pick<Clock, "sleep">;
}

/**
 * Carries out an operation of Pulumi that ends when `stop` is aborted. Its signal sends the engine SIGINT each time that it
 * fires: at the first one it cancels what its providers are at, writes its state and gives its lock back; a while later it is
 * told not to wait for them, when what was under way stays in its state as pending. One that takes no notice of that either
 * isn't waited for any longer.
 * @throws UnknownError that says what was cancelled
 */
export async function stoppable<T>(
  { stop, isTold = () => false, at = () => "", ready, clock = systemClock }: Stopping,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const engine = new AbortController();
  const over = new AbortController();
  let stopped = "";
  let isLeft = false;
  const escalate = async (): Promise<void> => {
    const busy = at();
    stopped = busy === "" ? "Pulumi was cancelled" : `Pulumi was cancelled in the middle of: ${busy}`;
    if (ready) await Promise.race([ready, clock.sleep(patience, over.signal)]);
    if (over.signal.aborted) return;
    if (!isTold()) interrupt(engine);
    for (let again = 0; again < 2; again++) {
      await clock.sleep(patience, over.signal);
      if (over.signal.aborted) return;
      interrupt(engine);
    }
    await clock.sleep(patience, over.signal);
    if (over.signal.aborted) return;
    isLeft = true;
    throw new UnknownError(`${stopped}, but doesn't end: the stack stays locked until it does`);
  };
  const givenUp = new Promise<never>((_, reject) => {
    const onStop = () => void escalate().catch(reject);
    if (stop?.aborted) onStop();
    else stop?.addEventListener("abort", onStop, { once: true, signal: over.signal });
  });
  const acting = act(engine.signal);
  try {
    return await Promise.race([acting, givenUp]);
  } catch (error) {
    acting.catch(() => undefined);
    throw stopped === "" || isLeft ? error : new UnknownError(stopped, { cause: error });
  } finally {
    over.abort();
    givenUp.catch(() => undefined);
  }
}

function interrupt(engine: AbortController): void {
  if (engine.signal.aborted) engine.signal.dispatchEvent(new Event("abort"));
  else engine.abort();
}
