import { messageOf, UnknownError } from "../model/errors.ts";
import type { Clock } from "./ports.ts";

export interface Limit {
  readonly clock: Clock;
  readonly seconds: number;
  /** What is limited, with the name of the setting: `"up" of prod took longer than 1800 s (pulumi.upSeconds)`. */
  readonly late: string;
}

/** What is said of an operation of Pulumi that took too long. */
export function lateText(operation: "up" | "preview", stack: string, seconds: number): string {
  return `"${operation}" of ${stack} took longer than ${seconds} s (pulumi.upSeconds) and was cancelled`;
}

/** It was cancelled because its time was over. */
export class LateError extends UnknownError {}

/**
 * Carries out what may take long, but not for ever. When its time is over, or `stop` is aborted, it is told to end by the
 * signal that it gets, and has to end soon then: what it leaves is its own to keep in order, so it is waited for.
 * @throws LateError when its time was over and it didn't come to its end after all
 */
export async function withinLimit<T>(
  { clock, seconds, late }: Limit,
  act: (cancelled: AbortSignal) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> {
  const cancel = new AbortController();
  const over = new AbortController();
  let isLate = false;
  const onStop = () => cancel.abort(new UnknownError("stopped by a person"));
  stop?.addEventListener("abort", onStop, { once: true, signal: over.signal });
  if (stop?.aborted) onStop();
  const onLate = () => {
    if (over.signal.aborted) return;
    isLate = true;
    cancel.abort(new LateError(late));
  };
  // Where nobody counts its time, it doesn't go on either.
  void clock.sleep(seconds * 1000, over.signal).then(onLate, () => cancel.abort());
  try {
    return await act(cancel.signal);
  } catch (error) {
    throw isLate ? new LateError(`${late}: ${messageOf(error)}`, { cause: error }) : error;
  } finally {
    over.abort();
  }
}
