import pRetry from "p-retry";
import { messageOf, UnknownError } from "../../model/errors.ts";
import { systemClock } from "../clock.ts";

/** What one notice may take, in milliseconds. */
export interface Limits {
  /** One attempt. */
  readonly patience: number;
  /** The first pause between two attempts; the second is twice that. */
  readonly pause: number;
}

export const usualLimits: Limits = { patience: 5_000, pause: 500 };
const tries = 3;
/** A rate limit that is longer isn't waited for: what was to be told is old by then. */
const longestWait = 30_000;

export interface RefusalOptions {
  /** Whether it is of no use to ask again. */
  readonly isFinal: boolean;
  /** How long it asked to be left alone. */
  readonly retryAfterMs?: number;
}

/** A notifier answered, and didn't take it. Its message holds no secret. */
export class Refusal extends UnknownError {
  override readonly name: string = "Refusal";
  readonly isFinal: boolean;
  readonly retryAfterMs: number;

  constructor(message: string, { isFinal, retryAfterMs = 0 }: RefusalOptions) {
    super(message);
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An answer's refusal by its status: later may be better where there is too much, or the other side has a failure. */
export function refusalBy(status: number, text: string, retryAfter?: string | string[]): Refusal {
  const isFinal = status < 500 && status !== 429 && status !== 408;
  const seconds = Number([retryAfter].flat()[0] ?? "");
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
  return new Refusal(`it answers ${status}${text === "" ? "" : `: ${text}`}`, { isFinal, retryAfterMs });
}

/**
 * Tries up to three times, with growing pauses between, or as long as the other side asks for.
 * @throws UnknownError in words that name no address
 */
export async function inAttempts<T>(
  { patience, pause }: Limits,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await pRetry(() => withinPatience(attempt, patience, signal), {
      retries: tries - 1,
      minTimeout: pause,
      factor: 2,
      signal,
      shouldRetry: ({ error }) => !(error instanceof Refusal && (error.isFinal || error.retryAfterMs > longestWait)),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const wait = error instanceof Refusal ? error.retryAfterMs : 0;
        if (retriesLeft > 0 && wait > 0 && wait <= longestWait) await systemClock.sleep(wait, signal);
      },
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new UnknownError(signal.aborted ? "given up" : plainly(error), { cause: error });
  }
}

/** A client that doesn't hear the signal is left alone when its time is over. */
async function withinPatience<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  patience: number,
  signal: AbortSignal,
): Promise<T> {
  const limit = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    limit.abort();
    reject(new UnknownError(`no answer within ${patience} ms`));
  }, patience);
  const stop = () => {
    limit.abort();
    reject(new UnknownError("given up"));
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([attempt(limit.signal), promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** What went wrong on the way, by its code alone: the messages of Node name the address. */
function plainly(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError) return plainly(at.errors[0]);
    if ("original" in at && at.original instanceof Error) return plainly(at.original);
    if ("code" in at && typeof at.code === "string" && /^(E[A-Z]+|UND_|CERT_|ERR_)/.test(at.code))
      return `it can't be reached (${at.code})`;
  }
  return error instanceof UnknownError && error.cause === undefined ? messageOf(error) : "it can't be reached";
}
