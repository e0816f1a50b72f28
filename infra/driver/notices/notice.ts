import type { Incident, Notice } from "../../model/notice.ts";
import type { Written } from "../spooled.ts";
import { type Change, changeBy } from "./change.ts";
import { factsOf } from "./facts.ts";
import { targetOf } from "./target.ts";
import { nextFor, summaryOf } from "./words.ts";

/** Whose rollouts a notice is about. */
export interface About {
  readonly environment: string;
  /** `org1/react-ui` */
  readonly service: string;
}

/**
 * What people are told of an event; null where it changes no state.
 * @param aside what else they are to do, in lines: of a stranded rollback, what can be done on which host
 */
export function noticeOf(about: About, before: readonly Written[], written: Written, aside?: string): Notice | null {
  const change = changeBy(before, written);
  if (!change) return null;
  const { kind, rollout } = change;
  return {
    change: kind,
    ...about,
    rollout: rollout.id,
    version: rollout.release.version,
    strategy: rollout.plan?.strategy ?? null,
    at: written.at,
    by: written.by,
    summary: summaryOf(about, change),
    reason: reasonOf(change),
    facts: factsOf(change),
    next: aside === undefined ? nextFor(about, change) : aside.split("\n"),
    incident: incidentOf(about, change),
    target: targetOf(change),
  };
}

function reasonOf({ written: { event }, rollout }: Change): string | null {
  if ("reason" in event && event.reason !== undefined) return event.reason;
  return rollout.purpose === "rollback" ? rollout.reason : null;
}

/**
 * A rollback is somebody's business until a release is promoted, a stranded one until it is seen to be over. Two keys: an
 * open incident about a bad release must not swallow the call for help.
 */
function incidentOf({ environment, service }: About, { kind, before, rollout }: Change): Incident | null {
  const keyed = (action: Incident["action"], what: "rollback" | "stranded"): Incident => ({
    action,
    key: `sluice/${environment}/${service}/${what}`,
  });
  const wasStranded = (id: string) => before.some(({ event }) => event.kind === "stranded" && event.rollout === id);
  if (kind === "stranded") return keyed("open", "stranded");
  if (kind === "rolledBack") return wasStranded(rollout.id) ? keyed("close", "stranded") : keyed("open", "rollback");
  if (kind !== "promoted") return null;
  const since = before.slice(before.findLastIndex(({ event }) => event.kind === "promoted") + 1);
  const isOpen = since.some(({ event }) => event.kind === "rolledBack" && !wasStranded(event.rollout));
  return isOpen ? keyed("close", "rollback") : null;
}

/** For a person who wants to see that a notifier works. Nothing has happened. */
export function testNotice(environment: string, by: string, at: string, notifier: string): Notice {
  return {
    change: "test",
    environment,
    service: "none/none",
    rollout: "test",
    version: "0.0.0",
    strategy: null,
    at,
    by,
    summary: `Sluice's notifications from ${environment} arrive here`,
    reason: null,
    facts: [{ name: "Notifier", value: notifier }],
    next: ["Nothing: this is a test, and nothing has happened."],
    incident: { action: "open", key: `sluice/${environment}/test` },
    target: null,
  };
}
