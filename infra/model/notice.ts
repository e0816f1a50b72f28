/** State changes that people are told of, where the settings want it. What only repeats or is looked at is none. */
export const changeKinds = [
  "refused",
  "approvalNeeded",
  "started",
  "step",
  "paused",
  "held",
  "promoted",
  "rolledBack",
  "stranded",
  "reverting",
  "reverted",
  "revertFailed",
] as const;

export type ChangeKind = (typeof changeKinds)[number];

/** Something that a person has to see to, until it is over: a later word of the same key is about the same. */
export interface Incident {
  readonly action: "open" | "close";
  /** `sluice/prod/org1/react-ui/stranded` */
  readonly key: string;
}

/** A release on its way to the users. */
export interface Target {
  /** Whether it comes in, or is gone back to. */
  readonly purpose: "rollout" | "rollback";
  readonly version: string;
  readonly digest: string;
  /** That it was built from; null where nobody said. */
  readonly commit: string | null;
}

/** A state change, in words for people. */
export interface Notice {
  /** `test` is none: it shows that a notifier works. */
  readonly change: ChangeKind | "test";
  readonly environment: string;
  readonly service: string;
  readonly rollout: string;
  readonly version: string;
  /** null where nothing was planned. */
  readonly strategy: string | null;
  /** When it happened, ISO 8601 in UTC. */
  readonly at: string;
  /** Who did it: a login, or the CI's actor. */
  readonly by: string;
  /** One line. */
  readonly summary: string;
  readonly reason: string | null;
  /** Figures and circumstances. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** What a person does now: lines, commands among them. */
  readonly next: readonly string[];
  readonly incident: Incident | null;
  /** The release that is to serve: of a rollout its own, of a way back the one before. null for a test. */
  readonly target: Target | null;
}
