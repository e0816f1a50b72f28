import type { Envelope } from "../model/envelope.ts";
import { digestOf } from "../model/release.ts";
import type { Entry, EventOf } from "./event.ts";
import { leftBy, rollouts } from "./rollouts.ts";

/** What people were asked for an image, and what they answered. */
export interface Answered {
  /** To this and to other releases of the service, oldest first, each once. */
  readonly answers: readonly Envelope[];
  /** So many of the answers were there when the image was promoted last, or went into quarantine: they were for that. */
  readonly used: number;
  /** Where people were asked, oldest first. */
  readonly requests: readonly Asking[];
}

export interface Asking {
  readonly event: EventOf<"asked">;
  /** Who asked. */
  readonly by: string;
  /** Whether that, or somebody's asking on the same issue, was before the image's last promotion or quarantine. */
  readonly isUsed: boolean;
}

/** @param digest `sha256:...` of the image */
export function answered(entries: readonly Entry[], digest: string): Answered {
  const end = lastEnd(entries, digest);
  const answers = answersIn(entries);
  const usedIssues = new Set<string>();
  const requests: Asking[] = [];
  for (const { event, by, sequence } of entries) {
    if (event.kind !== "asked") continue;
    const issue = `${event.repository}#${event.issue}`.toLowerCase();
    if (sequence <= end && event.digest === digest) usedIssues.add(issue);
    requests.push({ event, by, isUsed: usedIssues.has(issue) });
  }
  return { answers, used: answersIn(entries.slice(0, end)).length, requests };
}

/** What people signed, oldest first. The same answer put in again is no new one. */
export function answersIn(entries: readonly Entry[]): readonly Envelope[] {
  const answers = new Map<string, Envelope>();
  for (const { event } of entries) {
    if (event.kind !== "answered") continue;
    const said = Buffer.from(event.approval.payload, "base64").toString("hex");
    if (!answers.has(said)) answers.set(said, event.approval);
  }
  return [...answers.values()];
}

/** Number of the entry by which a rollout of this image last came to its end; 0 when none did. */
function lastEnd(entries: readonly Entry[], digest: string): number {
  const own = new Set(rollouts(entries).flatMap(({ id, release }) => (digestOf(release.image) === digest ? [id] : [])));
  const last = entries.findLast(
    ({ event }) => (event.kind === "promoted" && own.has(event.rollout)) || leftBy(event)?.digest === digest,
  );
  return last?.sequence ?? 0;
}
