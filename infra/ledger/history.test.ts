import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { otherSlot, type SlotName } from "../model/slot.ts";
import { compareVersions } from "../rollout/version.ts";
import { isForward, previousRevision, promotedRevisions, settlements } from "./history.ts";
import type { LedgerEvent } from "./event.ts";
import { beginning, chainOf, digestFor, minute, promotion, revisionOf } from "./testing/events.ts";

const a = promotion("r1", revisionOf("1.0.0"), "blue", { first: true });
const b = promotion("r2", revisionOf("1.1.0"), "green");
const c = promotion("r3", revisionOf("1.2.0"), "blue");

function revert(rollout: string, slot: SlotName, bad: string): LedgerEvent {
  return { kind: "reverted", rollout, slot, reason: "errors", quarantined: digestFor(bad), milliseconds: 100 };
}

const history = (events: readonly LedgerEvent[]) => settlements(chainOf(events)).map(({ release }) => release.version);
const previousOf = (events: readonly LedgerEvent[]) => previousRevision(chainOf(events), compareVersions);
const previous = (events: readonly LedgerEvent[]) => previousOf(events)?.release.version;

describe("the deployment history", () => {
  it("says what serves since when, by which rollout", () => {
    expect(settlements(chainOf(a))).toMatchObject([
      {
        sequence: 5,
        at: minute(5),
        by: "alice",
        rollout: "r1",
        kind: "promoted",
        purpose: "rollout",
        slot: "blue",
        revision: revisionOf("1.0.0"),
      },
    ]);
  });

  it.each<[string, LedgerEvent[], string[]]>([
    ["nothing", [], []],
    ["rollouts", [...a, ...b, ...c], ["1.0.0", "1.1.0", "1.2.0"]],
    ["a rollout under way", [...a, ...beginning("r2", revisionOf("1.1.0"), "green")], ["1.0.0"]],
    ["a revert", [...a, ...b, revert("r2", "blue", "1.1.0")], ["1.0.0", "1.1.0", "1.0.0"]],
    [
      "a promotion that was taken back",
      [
        ...a,
        ...b,
        { kind: "rolledBack", rollout: "r2", settled: "blue", reason: "", quarantined: null, milliseconds: 1 },
      ],
      ["1.0.0", "1.1.0", "1.0.0"],
    ],
  ])("after %s", (_what, events, versions) => {
    expect(history(events)).toEqual(versions);
  });
});

describe("promoted revisions", () => {
  it("are each there once, the latest promotion first", () => {
    const again = promotion("r4", revisionOf("1.0.0"), "green", { purpose: "rollback" });
    const found = promotedRevisions(settlements(chainOf([...a, ...b, ...c, ...again])));
    expect(found.map(({ release, rollout }) => [release.version, rollout])).toEqual([
      ["1.0.0", "r4"],
      ["1.2.0", "r3"],
      ["1.1.0", "r2"],
    ]);
  });
});

describe("whether going there is forward", () => {
  const forward = (events: readonly LedgerEvent[], revision: ReturnType<typeof revisionOf>) => {
    const served = settlements(chainOf(events));
    const target = served.findLast((one) => JSON.stringify(one.revision) === JSON.stringify(revision));
    return target && isForward(served, target, compareVersions);
  };
  const debug = revisionOf("1.1.0", { LOG_LEVEL: "debug" });
  const settings = promotion("r3", debug, "blue");
  const unset = promotion("r4", revisionOf("1.1.0"), "green", { purpose: "rollback" });
  const again = promotion("r5", debug, "blue");

  it.each([
    ["an older version", [...a, ...b], revisionOf("1.0.0"), false],
    ["what serves", [...a, ...b], revisionOf("1.1.0"), false],
    ["a newer version", [...a, ...b, revert("r2", "blue", "1.1.0")], revisionOf("1.1.0"), true],
    ["settings of before", [...a, ...b, ...settings], revisionOf("1.1.0"), false],
    ["settings that came later", [...a, ...b, ...settings, ...unset], debug, true],
    [
      "settings of before, since they came twice",
      [...a, ...b, ...settings, ...unset, ...again],
      revisionOf("1.1.0"),
      false,
    ],
  ])("%s", (_what, events, revision, expected) => {
    expect(forward(events, revision)).toBe(expected);
  });
});

describe("the revision to go back to", () => {
  const settings = promotion("r3", revisionOf("1.1.0", { LOG_LEVEL: "debug" }), "blue");

  it.each<[string, LedgerEvent[], string | undefined]>([
    ["nothing was released", [], undefined],
    ["the first release serves", [...a], undefined],
    ["the second serves", [...a, ...b], "1.0.0"],
    ["the third serves", [...a, ...b, ...c], "1.1.0"],
    ["the third was reverted", [...a, ...b, ...c, revert("r3", "green", "1.2.0")], "1.0.0"],
    ["the second was reverted", [...a, ...b, revert("r2", "blue", "1.1.0")], undefined],
    [
      "somebody went back by a rollout",
      [...a, ...b, ...c, ...promotion("r4", revisionOf("1.1.0"), "green", { purpose: "rollback" })],
      "1.0.0",
    ],
    [
      "somebody went back and on again",
      [...a, ...b, revert("r2", "blue", "1.1.0"), ...promotion("r3", revisionOf("1.2.0"), "green")],
      "1.0.0",
    ],
  ])("when %s", (_when, events, version) => {
    expect(previous(events)).toBe(version);
  });

  it("may be the same release with other settings", () => {
    expect(previousOf([...a, ...b, ...settings])?.revision).toEqual(revisionOf("1.1.0"));
  });

  it("never is a newer one, however that came to serve before", () => {
    const backPast = promotion("r4", revisionOf("1.1.0"), "green", { purpose: "rollback" });
    const onTo = promotion("r5", revisionOf("1.2.0"), "blue");
    const cutOff = promotion("r6", revisionOf("1.0.0"), "green", { purpose: "rollback" });
    const past = promotion("r7", revisionOf("1.1.0"), "blue", { purpose: "rollback" });
    expect(previous([...a, ...c, ...past])).toBe("1.0.0");
    expect(previous([...a, ...b, ...c, ...cutOff, ...past])).toBe("1.0.0");
    expect(previous([...a, ...b, ...c, ...backPast, ...onTo])).toBe("1.1.0");
  });

  it("never is what serves, and asking again and again comes to an end (any history)", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 }), (versions) => {
        let slot: SlotName = "blue";
        const events: LedgerEvent[] = [];
        const promote = (index: number, version: string, purpose: "rollout" | "rollback") => {
          events.push(...promotion(`r${String(index)}`, revisionOf(version), slot, { first: index === 0, purpose }));
          slot = otherSlot(slot);
        };
        versions.forEach((version, index) => {
          promote(index, `1.${String(version)}.0`, "rollout");
        });
        for (let back = 0; back <= versions.length; back++) {
          const target = previous(events);
          if (target === undefined) return;
          expect(target).not.toBe(history(events).at(-1));
          expect(compareVersions(target, history(events).at(-1) ?? "")).toBeLessThan(0);
          promote(versions.length + back, target, "rollback");
        }
        throw new Error("going back never ended");
      }),
    );
  });
});
