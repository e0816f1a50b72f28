import { describe, expect, it } from "vitest";
import type { EventOf, LedgerEvent } from "./event.ts";
import { revisionHash } from "./chain.ts";
import { activeRollout, isQuarantined, quarantine, rollouts, type Rollout, unfinishedRevert } from "./rollouts.ts";
import { beginning, chainOf, digestFor, minute, plan, promotion, revisionOf } from "./testing/events.ts";

const revision = revisionOf("1.0.0");
const digest = digestFor("1.0.0");
const begun = beginning("r1", revision, "green");

function fold(...events: LedgerEvent[]): Partial<Rollout> | undefined {
  return rollouts(chainOf(events)).find(({ id }) => id === "r1");
}

const rolledBack: EventOf<"rolledBack"> = {
  kind: "rolledBack",
  rollout: "r1",
  settled: "blue",
  reason: "5 % errors",
  quarantined: digest,
  milliseconds: 120,
};
const stranded: LedgerEvent = { kind: "stranded", rollout: "r1", reason: "no answer", hosts: ["host-b"] };
const promoted: LedgerEvent = { kind: "promoted", rollout: "r1", slot: "green" };
const reverted: LedgerEvent = {
  kind: "reverted",
  rollout: "r1",
  slot: "blue",
  reason: "5 % errors",
  quarantined: digest,
  milliseconds: 120,
};

describe("rollouts", () => {
  it("are none at first", () => {
    expect(rollouts([])).toEqual([]);
  });

  it("know who asked for them before they start", () => {
    expect(fold(...begun.slice(0, 1))).toEqual({
      id: "r1",
      purpose: "rollout",
      release: revision.release,
      revision: null,
      revisionHash: null,
      candidate: null,
      settledBefore: null,
      plan: null,
      requestedAt: minute(1),
      requestedBy: "alice",
      startedAt: null,
      endedAt: null,
      outcome: "active",
      reason: null,
      gates: [],
      checks: [],
      looks: [],
      lapses: [],
      holds: [],
      drifts: [],
      rollbackMilliseconds: null,
      blamed: null,
      quarantined: null,
      strandedHosts: [],
    });
  });

  it("know what they were started with", () => {
    expect(fold(...begun)).toMatchObject({
      revision,
      revisionHash: revisionHash(revision),
      candidate: "green",
      settledBefore: "blue",
      plan,
      startedAt: minute(2),
      outcome: "active",
    });
  });

  it("collect gates, checks and looks", () => {
    const check = { name: "http", host: "host-a", result: "healthy", detail: "200" } as const;
    const figures = { green: { requests: 7, errorPercent: 0, p95Milliseconds: null } };
    const gate = { gate: "order", allowed: true, reason: "newer", inputs: { settled: null } };
    expect(
      fold(
        ...begun,
        { kind: "gate", rollout: "r1", ...gate },
        { kind: "verified", rollout: "r1", checks: [{ ...check, result: "unknown" }], healthy: false },
        { kind: "verified", rollout: "r1", checks: [check], healthy: true },
        { kind: "observation", rollout: "r1", result: "unknown", reason: "no samples", figures: {} },
        { kind: "observation", rollout: "r1", result: "healthy", reason: "", figures },
      ),
    ).toMatchObject({
      gates: [{ ...gate, at: minute(4) }],
      checks: [check],
      looks: [
        { result: "unknown", reason: "no samples", figures: {}, at: minute(7) },
        { result: "healthy", reason: "", figures, at: minute(8) },
      ],
    });
  });

  it.each<[string, LedgerEvent[], Partial<Rollout>]>([
    [
      "refused",
      [{ kind: "refused", rollout: "r1", reason: "older" }],
      { outcome: "refused", reason: "older", endedAt: minute(4) },
    ],
    ["promoted", [promoted], { outcome: "promoted", reason: null, endedAt: minute(4) }],
    [
      "going back",
      [{ kind: "rollingBack", rollout: "r1", reason: "slow" }],
      { outcome: "active", reason: "slow", endedAt: null },
    ],
    [
      "rolled back",
      [rolledBack],
      { outcome: "rolledBack", reason: "5 % errors", rollbackMilliseconds: 120, endedAt: minute(4) },
    ],
    [
      "stranded",
      [stranded],
      { outcome: "stranded", reason: "no answer", strandedHosts: ["host-b"], endedAt: minute(4) },
    ],
    ["stranded, then taken over", [stranded, { kind: "resumed", rollout: "r1" }], { outcome: "active", endedAt: null }],
    ["stranded, then seen back", [stranded, rolledBack], { outcome: "rolledBack", endedAt: minute(5) }],
    [
      "left without a renewal: no end",
      [{ kind: "lapsed", rollout: "r1", reason: "driver died" }],
      { outcome: "active", reason: null, endedAt: null, lapses: [{ reason: "driver died", at: minute(4) }] },
    ],
    [
      "reverted",
      [promoted, reverted],
      { outcome: "reverted", reason: "5 % errors", rollbackMilliseconds: 120, endedAt: minute(5) },
    ],
    [
      "promoted, and resumed by mistake",
      [promoted, { kind: "resumed", rollout: "r1" }],
      { outcome: "promoted", endedAt: minute(4) },
    ],
  ])("that were %s", (_how, events, expected) => {
    expect(fold(...begun, ...events)).toMatchObject(expected);
  });

  it("stay apart, in the order in which they were asked for", () => {
    const chain = chainOf([...promotion("r1", revision, "blue"), ...beginning("r2", revisionOf("1.1.0"), "green")]);
    const found = rollouts(chain);
    expect(found.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["r1", "promoted"],
      ["r2", "active"],
    ]);
    expect(activeRollout(found)?.id).toBe("r2");
    expect(activeRollout(found.slice(0, 1))).toBeUndefined();
  });
});

describe("unfinishedRevert", () => {
  const reverting: LedgerEvent = { kind: "reverting", rollout: "r1", from: "green", to: "blue", reason: "slow" };
  const failed: LedgerEvent = { kind: "revertFailed", rollout: "r1", slot: "green", reason: "host-b is away" };

  it.each<[string, LedgerEvent[], LedgerEvent | null]>([
    ["none was begun", [promoted], null],
    ["one was begun", [promoted, reverting], reverting],
    ["one was begun and taken over", [promoted, reverting, { kind: "resumed", rollout: "r1" }], reverting],
    ["it was seen through", [promoted, reverting, reverted], null],
    ["it was given up", [promoted, reverting, failed], null],
    ["another one was begun after that", [promoted, reverting, failed, reverting], reverting],
  ])("when %s", (_when, events, expected) => {
    expect(unfinishedRevert(chainOf([...begun, ...events]))).toEqual(expected);
  });
});

describe("quarantine", () => {
  const lifted: LedgerEvent = { kind: "quarantineLifted", digest, reason: "it was the database" };

  it.each<[string, LedgerEvent[], boolean]>([
    ["a rollback", [rolledBack], true],
    ["a revert", [promoted, reverted], true],
    ["a rollback that blames nobody", [{ ...rolledBack, quarantined: null }], false],
    ["a person lifted it", [rolledBack, lifted], false],
    ["it went wrong again", [rolledBack, lifted, rolledBack], true],
    ["a promotion", [promoted], false],
    ["a promotion by which a rollback left it", [{ ...promoted, quarantined: digest }], true],
    ["a person lifted what a rollback left", [{ ...promoted, quarantined: digest }, lifted], false],
  ])("after %s", (_what, events, held) => {
    const after = quarantine(chainOf([...begun, ...events]));
    expect(isQuarantined(after, revision.release)).toBe(held);
    expect(isQuarantined(after, revisionOf("2.0.0").release)).toBe(false);
  });

  it("says why a rollback left it: the reason it was asked for with", () => {
    const [asked, ...rest] = beginning("r9", revisionOf("0.9.0"), "blue", { purpose: "rollback" });
    if (asked?.kind !== "requested") throw new Error("expected the request first");
    const promotion: LedgerEvent = { kind: "promoted", rollout: "r9", slot: "blue", quarantined: digest };
    const held = quarantine(chainOf([{ ...asked, reason: "checkout broken" }, ...rest, promotion]));
    expect(held.get(digest)).toEqual({ digest, rollout: "r9", reason: "checkout broken", at: minute(4) });
  });

  it("says why and since when", () => {
    const held = quarantine(chainOf([...begun, rolledBack]));
    expect(held.get(digest)).toEqual({ digest, rollout: "r1", reason: "5 % errors", at: minute(4) });
  });
});
