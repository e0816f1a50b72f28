import { describe, expect, it } from "vitest";
import { answered } from "./answered.ts";
import type { LedgerEvent } from "./event.ts";
import { beginning, chainOf, digestFor, promotion, revisionOf } from "./testing/events.ts";

const revision = revisionOf("1.1.0");
const digest = digestFor("1.1.0");
const first = promotion("r1", revisionOf("1.0.0"), "blue", { first: true });

const answer = (text: string): LedgerEvent => ({
  kind: "answered",
  approval: { payloadType: "x", payload: Buffer.from(text).toString("base64"), signatures: [{ keyid: "", sig: "aa" }] },
});
const asked = (issue: number, over: Partial<Extract<LedgerEvent, { kind: "asked" }>> = {}): LedgerEvent => ({
  kind: "asked",
  version: "1.1.0",
  digest,
  revision: digest,
  plan: digest,
  repository: "org1/deliveries",
  issue,
  url: `https://github.example.com/org1/deliveries/issues/${issue}`,
  title: "Approve",
  body: "",
  breaking: null,
  ...over,
});
const promoted = promotion("r2", revision, "green");
const back = { rollout: "r2", reason: "", milliseconds: null } as const;
const rolledBack = (quarantined: string | null): readonly LedgerEvent[] => [
  ...beginning("r2", revision, "green"),
  { kind: "rolledBack", settled: "blue", quarantined, ...back },
];
const refused: readonly LedgerEvent[] = [
  { kind: "requested", rollout: "r2", release: revision.release, purpose: "rollout" },
  { kind: "refused", rollout: "r2", reason: "closed" },
];

/** How many of two answers are used up, and which of two requests, after these events. */
function usedBy(events: readonly LedgerEvent[], after: readonly LedgerEvent[] = []) {
  const said = [answer("a"), asked(1), answer("b")];
  const { answers, used, requests } = answered(chainOf([...first, ...said, ...events, ...after]), digest);
  return { answers: answers.length, used, requests: requests.map(({ isUsed }) => isUsed) };
}

describe("what people answered", () => {
  it.each<[string, readonly LedgerEvent[]]>([
    ["promoted", promoted],
    ["taken back, into quarantine", rolledBack(digest)],
    ["taken back by a person", [...promoted, { kind: "reverted", slot: "blue", quarantined: digest, ...back }]],
    [
      "left by a rollback",
      promotion("r3", revisionOf("1.0.0"), "blue").map((event) =>
        event.kind === "promoted" ? { ...event, quarantined: digest } : event,
      ),
    ],
  ])("is used up once the image was %s", (_what, events) => {
    expect(usedBy(events)).toEqual({ answers: 2, used: 2, requests: [true] });
  });

  it.each<[string, readonly LedgerEvent[]]>([
    ["nothing happened", []],
    ["it was refused", refused],
    ["it went back without being blamed, as when its window closed", rolledBack(null)],
    ["another image was promoted", promotion("r2", revisionOf("1.2.0"), "green")],
    ["it is under way", beginning("r2", revision, "green")],
  ])("isn't when %s", (_what, events) => {
    expect(usedBy(events)).toEqual({ answers: 2, used: 0, requests: [false] });
  });

  it("counts anew when it was given since", () => {
    expect(usedBy(promoted, [answer("c"), asked(2)])).toEqual({ answers: 3, used: 2, requests: [true, false] });
  });

  it("isn't new when it is put in again, nor is an issue that is pointed at again", () => {
    const again = asked(1, { repository: "Org1/deliveries" });
    expect(usedBy(promoted, [answer("b"), again])).toEqual({ answers: 2, used: 2, requests: [true, true] });
  });
});
