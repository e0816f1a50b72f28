import { type FaultSettings, readFaults } from "./faults.ts";
import { readNumber } from "./read-number.ts";

export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Slot that this copy fills, for people to see; empty outside Sluice. */
  readonly slot: string;
  readonly version: string;
  readonly commit: string;
  /** From failing readiness to accepting no more connections, milliseconds: time for balancers to look away. */
  readonly drainDelayMs: number;
  /** From then to cutting what is still open, milliseconds. */
  readonly drainTimeoutMs: number;
  readonly faults: FaultSettings;
}

/**
 * The settings in these environment variables.
 * @throws Error that names every variable with a wrong value.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const number = (name: string, fallback: number, min: number, max: number) =>
    readNumber(env, name, { fallback, min, max }, problems);
  const settings: Settings = {
    host: env.HOST || "127.0.0.1",
    port: number("PORT", 8080, 0, 65_535),
    slot: env.SLOT ?? "",
    version: env.RELEASE_VERSION || "0.0.0-dev",
    commit: env.RELEASE_COMMIT ?? "",
    drainDelayMs: number("DRAIN_DELAY_MS", 500, 0, 60_000),
    drainTimeoutMs: number("DRAIN_TIMEOUT_MS", 25_000, 0, 3_600_000),
    faults: readFaults(env, problems),
  };
  if (problems.length > 0) throw new Error(`Wrong settings:\n  ${problems.join("\n  ")}`);
  return settings;
}
