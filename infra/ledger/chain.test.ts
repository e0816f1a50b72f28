import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, link, noHash, revisionHash, toStored, verifyChain, type StoredEntry } from "./chain.ts";
import { eventVersion, type LedgerEvent } from "./event.ts";
import { chainOf, minute, promotion, revisionOf, stream } from "./testing/events.ts";

const events = promotion("r1", revisionOf("1.0.0"), "blue", { first: true });
const stored = chainOf(events).map(toStored);

/** The chain with its second entry changed. */
function changed(change: (entry: StoredEntry) => StoredEntry): readonly StoredEntry[] {
  return stored.map((entry, index) => (index === 1 ? change(entry) : entry));
}

/** The change, with a hash that fits it. */
function rehashed(change: Partial<StoredEntry> & { event?: string }): readonly StoredEntry[] {
  return changed((entry) => {
    const fields = { ...entry, ...change };
    return { ...fields, hash: hashOf(fields) };
  });
}

function hashOf({ stream, sequence, at, by, version, event, previousHash }: StoredEntry): string {
  const content: unknown = JSON.parse(event);
  return sha256Of({ stream, sequence, at, by, version, event: content, previousHash });
}

/** sha256 over canonical JSON, by way of the one exported function that gives it. */
function sha256Of(value: unknown): string {
  return revisionHash(value as never).slice("sha256:".length);
}

function problemOf(chain: readonly StoredEntry[]) {
  const result = verifyChain(stream, chain);
  return result.ok ? undefined : { sequence: result.problem.sequence, kind: result.problem.kind };
}

const second = JSON.parse(stored[1]?.event ?? "") as Record<string, unknown>;

describe("a chain", () => {
  it("is read back as it was written", () => {
    expect(verifyChain(stream, stored)).toEqual({ ok: true, entries: chainOf(events) });
  });

  it("may be empty", () => {
    expect(verifyChain(stream, [])).toEqual({ ok: true, entries: [] });
  });

  it("has the hashes that sha256 over canonical JSON gives, also in years to come", () => {
    const fields = { stream: "local/org1/react-ui", sequence: 1, at: minute(0), by: "alice", previousHash: noHash };
    const hash = "090b4c36e432023e06fb97f17612132e75e495d034dad2ee80daf5454ef2b2f0";
    const stored = { ...fields, version: 1, event: '{"kind":"resumed","rollout":"r1"}', hash };
    expect(verifyChain(fields.stream, [stored]).ok).toBe(true);
    const { hash: now } = link(fields, { rollout: "r1", kind: "resumed" });
    expect(now).toBe(hashOf({ ...stored, version: eventVersion }));
  });

  it.each<[string, readonly StoredEntry[], { sequence: number; kind: string }]>([
    [
      "an edited event",
      changed((entry) => ({ ...entry, event: '{"kind":"resumed","rollout":"r1"}' })),
      { sequence: 2, kind: "wrongHash" },
    ],
    ["another author", changed((entry) => ({ ...entry, by: "mallory" })), { sequence: 2, kind: "wrongHash" }],
    ["another time", changed((entry) => ({ ...entry, at: minute(59) })), { sequence: 2, kind: "wrongHash" }],
    ["an entry written anew with its own hash", rehashed({ by: "mallory" }), { sequence: 3, kind: "wrongPrevious" }],
    ["a cut link", changed((entry) => ({ ...entry, previousHash: noHash })), { sequence: 2, kind: "wrongPrevious" }],
    ["a missing entry", stored.filter(({ sequence }) => sequence !== 2), { sequence: 2, kind: "gap" }],
    ["a missing beginning", stored.slice(1), { sequence: 1, kind: "gap" }],
    ["an entry given twice", [...stored.slice(0, 2), ...stored.slice(1)], { sequence: 3, kind: "gap" }],
    ["an entry of another stream", rehashed({ stream: "local/org2/api" }), { sequence: 2, kind: "wrongStream" }],
    [
      "an event that is not JSON",
      changed((entry) => ({ ...entry, event: '{"kind":' })),
      { sequence: 2, kind: "unparseable" },
    ],
    ["an event of no known kind", rehashed({ event: '{"kind":"celebrated"}' }), { sequence: 2, kind: "unparseable" }],
    [
      "an event of a newer version",
      rehashed({ version: eventVersion + 1, event: '{"kind":"celebrated"}' }),
      { sequence: 2, kind: "newerVersion" },
    ],
    [
      "a revision that isn't the one it is named for",
      rehashed({ event: canonicalJson({ ...second, revisionHash: `sha256:${noHash}` }) }),
      { sequence: 2, kind: "wrongRevisionHash" },
    ],
  ])("with %s is broken there", (_what, chain, problem) => {
    expect(problemOf(chain)).toEqual(problem);
  });

  it("shows every single changed character", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: stored.length - 1 }),
        fc.nat(),
        fc.constantFrom("0", "x", '"', " "),
        (index, at, put) => {
          const entry = stored[index];
          const text = entry?.event ?? "";
          const place = at % text.length;
          const event = text.slice(0, place) + put + text.slice(place + 1);
          fc.pre(event !== text);
          const chain = stored.map((one) => (one === entry ? { ...one, event } : one));
          const problem = problemOf(chain);
          expect(problem?.sequence).toBe(index + 1);
          expect(["wrongHash", "unparseable"]).toContain(problem?.kind);
        },
      ),
    );
  });

  it("cut off at its end is a shorter whole chain: only who remembers its head can tell", () => {
    expect(problemOf(stored.slice(0, -1))).toBeUndefined();
  });
});

describe("link", () => {
  const fields = { stream, sequence: 1, at: minute(1), by: "alice", previousHash: noHash };

  it("survives any text in any place, half a surrogate pair included", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constant("\ud800 cut"));
    fc.assert(
      fc.property(text, text, fc.jsonValue({ maxDepth: 2 }), (reason, gate, input) => {
        const event: LedgerEvent = { kind: "gate", rollout: "r1", gate, allowed: false, reason, inputs: { input } };
        const entry = link(fields, event);
        expect(verifyChain(stream, [toStored(entry)])).toEqual({ ok: true, entries: [entry] });
      }),
    );
  });

  it.each([
    ["an unknown kind", { kind: "celebrated" }],
    ["a field too many", { kind: "resumed", rollout: "r1", why: "x" }],
    ["nothing", undefined],
  ])("refuses %s", (_what, event) => {
    expect(() => link(fields, event)).toThrow();
  });

  it("refuses a revision under another one's hash", () => {
    const filled = { ...events[2], revisionHash: revisionHash(revisionOf("2.0.0")) };
    expect(() => link(fields, filled)).toThrow("filled: revisionHash is not the hash of the revision");
  });
});

describe("revisionHash", () => {
  it("doesn't depend on the order of keys", () => {
    const one = revisionOf("1.0.0", { A: "1", B: "2" });
    const other = revisionOf("1.0.0", { B: "2", A: "1" });
    expect(revisionHash(one)).toBe(revisionHash(other));
  });

  it("changes with any setting", () => {
    expect(revisionHash(revisionOf("1.0.0", { A: "1" }))).not.toBe(revisionHash(revisionOf("1.0.0", { A: "2" })));
  });
});
