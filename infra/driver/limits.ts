/**
 * Times that are no settings: nobody's service makes them right or wrong. All in milliseconds.
 *
 * How long a rollback may stay unverified is `rollbackPatience` in infra/rollout/advance.ts.
 */
export const limits = {
  /** Between two attempts to bring traffic back. */
  rollbackInterval: 1_000,
  /** Within which a host has to answer anything at all, for a way back to wait for what its warm slot answers. */
  reach: 5_000,
  /** Within which a Docker engine has to answer anything at all: one that doesn't hangs, and an `up` would wait for it. */
  engineReach: 10_000,
  /** Within which a ledger that took nothing has to answer for what waits in the spool to be appended. */
  ledgerReach: 2_000,
  /** Between two such questions, at least. */
  ledgerRetry: 5_000,
  /** Between two counts of a slot's connections. */
  drainInterval: 500,
  /**
   * Before a look, within which engines have to tell what the slots' containers use to be in it: older ones take up to a
   * second, whatever they are asked.
   */
  usageLead: 2_000,
  /** How long a look may last beyond what its settings add up to; then its lease isn't renewed any more. */
  lookMargin: 60_000,
} as const;

/** A rollback's targets: images of this many of the last promoted revisions stay on the hosts. */
export const keptRevisions = 5;
