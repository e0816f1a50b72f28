import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { parseJson } from "../model/json.ts";
import type { Plan } from "../model/plan.ts";
import type { Revision } from "../model/revision.ts";
import { eventSchema, eventVersion, type Entry } from "./event.ts";

/** What the first entry of a chain names as the hash before it. */
export const noHash = "0".repeat(64);

/** An entry as a store keeps it: its event is JSON text, so that what was hashed is what is read back. */
export type StoredEntry = Omit<Entry, "event"> & { readonly event: string };

/** Where a chain stops being trustworthy. */
export interface ChainProblem {
  /** Number of the first entry that is wrong or missing. */
  readonly sequence: number;
  readonly kind:
    "gap" | "wrongStream" | "wrongPrevious" | "wrongHash" | "newerVersion" | "unparseable" | "wrongRevisionHash";
  readonly detail: string;
}

export type ChainResult =
  { readonly ok: true; readonly entries: readonly Entry[] } | { readonly ok: false; readonly problem: ChainProblem };

/** JSON by RFC 8785: the same data always gives the same bytes. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not JSON: there is nothing to write");
  return text;
}

/** `sha256:...` by which a revision is known; the secrets in it are references, so the hash tells nothing. */
export function revisionHash(revision: Revision): string {
  return `sha256:${sha256(canonicalJson(revision))}`;
}

/** `sha256:...` of a plan, by which decisions and evidence name it. */
export function planHash(plan: Plan): string {
  return `sha256:${sha256(canonicalJson(plan))}`;
}

/**
 * By which approvals name a revision. From which commit the image was built makes a difference only `withCommit`: where a
 * gate goes by what was said of it, those who approve agree to just that.
 */
export function approvedRevisionHash({ release, ...rest }: Revision, { withCommit }: { withCommit: boolean }): string {
  const { version, image, commit } = release;
  const approved = { version, image, ...(withCommit ? { commit: commit ?? null } : {}) };
  return `sha256:${sha256(canonicalJson({ ...rest, release: approved }))}`;
}

/** By which approvals name a plan: without the seed, which each rollout draws anew. */
export function approvedPlanHash(plan: Plan): string {
  return planHash({ ...plan, seed: "" });
}

/**
 * The next entry of a chain.
 *
 * @param previousHash hash of the entry before it, or `noHash`
 * @throws ZodError when `event` is none that the schema knows
 * @throws TypeError when its revision has another hash than it says: the chain would be broken from there on
 */
export function link(fields: Pick<Entry, "stream" | "sequence" | "at" | "by" | "previousHash">, event: unknown): Entry {
  const { stream, sequence, at, previousHash } = fields;
  const by = fields.by.toWellFormed();
  const parsed = eventSchema.parse(plainData(event));
  if (!revisionMatches(parsed)) throw new TypeError(`${parsed.kind}: revisionHash is not the hash of the revision`);
  const unhashed = { stream, sequence, at, by, version: eventVersion, event: plainData(parsed), previousHash };
  return { ...unhashed, event: parsed, hash: entryHash(unhashed) };
}

export function toStored(entry: Entry): StoredEntry {
  return { ...entry, event: canonicalJson(entry.event) };
}

/** Checks one stream from its first entry on; names the first thing that is wrong. */
export function verifyChain(stream: string, stored: readonly StoredEntry[]): ChainResult {
  const entries: Entry[] = [];
  let previousHash = noHash;
  for (const entry of stored) {
    const checked = checkEntry(entry, { stream, sequence: entries.length + 1, previousHash });
    if ("problem" in checked) return { ok: false, problem: checked.problem };
    entries.push(checked.entry);
    previousHash = entry.hash;
  }
  return { ok: true, entries };
}

type Place = Pick<Entry, "stream" | "sequence" | "previousHash">;

function checkEntry(stored: StoredEntry, place: Place): { entry: Entry } | { problem: ChainProblem } {
  const problem = (kind: ChainProblem["kind"], detail: string) => ({
    problem: { sequence: place.sequence, kind, detail },
  });
  if (stored.sequence !== place.sequence) {
    return problem("gap", `expected entry ${String(place.sequence)}, found ${String(stored.sequence)}`);
  }
  if (stored.stream !== place.stream) return problem("wrongStream", `the entry belongs to ${stored.stream}`);
  if (stored.previousHash !== place.previousHash) {
    return problem(
      "wrongPrevious",
      `names ${stored.previousHash} as the hash before it, which is ${place.previousHash}`,
    );
  }
  const event = parseJson(stored.event);
  if (event === undefined) return problem("unparseable", "the event is not JSON");
  const { hash, ...hashed } = stored;
  const computed = entryHash({ ...hashed, event });
  if (hash !== computed) return problem("wrongHash", `says ${hash}, but its content gives ${computed}`);
  if (stored.version > eventVersion) {
    return problem("newerVersion", `version ${String(stored.version)}; this program knows ${String(eventVersion)}`);
  }
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) return problem("unparseable", parsed.error.issues.map(describeIssue).join("; "));
  if (!revisionMatches(event)) return problem("wrongRevisionHash", "revisionHash is not the hash of the revision");
  return { entry: { ...stored, event: parsed.data } };
}

/**
 * The revision is hashed as it was written, not as it was parsed: a setting with a default that a later schema adds
 * doesn't make it another revision.
 */
function revisionMatches(event: unknown): boolean {
  if (typeof event !== "object" || event === null || !("revision" in event && "revisionHash" in event)) return true;
  return event.revisionHash === `sha256:${sha256(canonicalJson(event.revision))}`;
}

function entryHash(entry: Omit<Entry, "hash" | "event"> & { event: unknown }): string {
  const { stream, sequence, at, by, version, event, previousHash } = entry;
  return sha256(canonicalJson({ stream, sequence, at, by, version, event, previousHash }));
}

/** What JSON keeps of a value. Half a surrogate pair (a message cut short) becomes U+FFFD: it can't be written. */
export function plainData(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? inner.toWellFormed() : inner,
  ) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function describeIssue({ path, message }: { path: PropertyKey[]; message: string }): string {
  return path.length > 0 ? `${path.map(String).join(".")}: ${message}` : message;
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
