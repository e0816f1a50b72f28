import type { EngineLog, Severity } from "../shared/engine-log.ts";

type Write = (severity: Severity, message: string) => Promise<void>;

/** What one running operation may use: its end, asked for by the engine or by its timeout, and the log. */
export interface Operation {
  readonly urn: string;
  readonly signal: AbortSignal;
  /** Whether it may be ended while others go on. */
  readonly hasTimeout: boolean;
  readonly log: Write;
  readonly status: Write;
}

export interface Operations {
  /** Runs one operation that has `timeout` seconds; 0 is without limit. */
  run<T>(urn: string, timeout: number, work: (operation: Operation) => Promise<T>): Promise<T>;
  /** Ends all that run, and at once all that are started later. */
  cancel(): void;
  /** Grows with each operation that ends: what was seen of a host before may be outdated after. */
  readonly ended: () => number;
}

export function operations(log: EngineLog): Operations {
  const all = new AbortController();
  let ended = 0;
  return {
    async run(urn, timeout, work) {
      const seconds = Math.trunc(timeout);
      const signal = seconds > 0 ? AbortSignal.any([all.signal, AbortSignal.timeout(seconds * 1000)]) : all.signal;
      const write = (severity: Severity, message: string) => log.log(severity, urn, message);
      const status = (severity: Severity, message: string) => log.status(severity, urn, message);
      try {
        return await work({ urn, signal, hasTimeout: seconds > 0, log: write, status });
      } finally {
        ended += 1;
      }
    },
    cancel: () => all.abort(new Error("context canceled")),
    ended: () => ended,
  };
}

/** Why an operation was ended, in the official plugin's words. */
export function endReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof DOMException && reason.name === "TimeoutError") return new Error("context deadline exceeded");
  return reason instanceof Error ? reason : new Error("context canceled");
}
