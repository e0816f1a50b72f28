export type TickSeconds = 1 | 10;

/** How long a lease lasts: the tick it is given in and `leaseTicks` more. */
export interface LeaseSettings {
  readonly tickSeconds: TickSeconds;
  readonly leaseTicks: number;
}

export const defaultLease: LeaseSettings = { tickSeconds: 10, leaseTicks: 3 };

/** Number of the tick that holds a moment (milliseconds since the epoch, by the host's own clock). */
export function tickAt(nowMs: number, tickSeconds: TickSeconds): number {
  return Math.floor(nowMs / (tickSeconds * 1000));
}

/** Ticks in which a lease given now is alive. */
export function leasedTicks(nowMs: number, { tickSeconds, leaseTicks }: LeaseSettings): readonly number[] {
  const first = tickAt(nowMs, tickSeconds);
  return Array.from({ length: leaseTicks + 1 }, (_, offset) => first + offset);
}

/** Moment (milliseconds since the epoch) at which a lease given now has lapsed unless it is renewed. */
export function leaseLapsesAt(nowMs: number, lease: LeaseSettings): number {
  return (tickAt(nowMs, lease.tickSeconds) + lease.leaseTicks + 1) * lease.tickSeconds * 1000;
}

/** What a driver's calls to its hosts take, at most, where the hosts answer. */
const callsMs = 2_000;

/**
 * Longest time for which hosts that answer serve users of two versions, once all are to go one way: a lease at its longest,
 * given as a tick begins and never renewed, and a driver's calls. As long as there is a driver.
 */
export function mixedAtMostMs({ tickSeconds, leaseTicks }: LeaseSettings): number {
  return (leaseTicks + 1) * tickSeconds * 1000 + callsMs;
}

/**
 * Longest time between two renewals that keeps a lease alive although one renewal fails: half of what it surely lasts
 * (a lease given at the end of a tick lasts `leaseTicks` ticks and no more).
 */
export function renewEveryMs({ tickSeconds, leaseTicks }: LeaseSettings): number {
  return (leaseTicks * tickSeconds * 1000) / 2;
}
