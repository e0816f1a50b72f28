import { describe, expect, it } from "vitest";
import { signed, testKey } from "../../infra/gates/testing/keys.ts";
import { sampleDecision, sampleEvidence, sampleImage, sampleRevision } from "../../infra/gates/testing/statements.ts";
import { judge, UNKNOWN, urnOf } from "../testing/judge.ts";
import type { Trusted } from "../trusted-keys.ts";
import { SLOT } from "../types.ts";
import { slotDecidedBy } from "./slot-decided.ts";

const [own, foreign] = [testKey(), testKey()];
const keys: Trusted = { kind: "keys", keys: [own.publicBase64] };
const given = { type: SLOT, stack: "prod.org1.react-ui" };
const slot = {
  environment: "prod",
  host: "prod-1",
  service: "org1/react-ui",
  slot: "blue",
  revision: sampleRevision,
  image: sampleImage,
  decision: signed(own, sampleDecision()),
};
const rule = slotDecidedBy(() => keys);
const expected = "the gates' signed decision for this revision, by a key of signing.trusted: `sluice rollout`";
const other = `sha256:${"99".repeat(32)}`;

describe(rule.name, () => {
  it("accepts the gates' decision for this revision, also once it has expired: what runs stays declarable", async () => {
    expect(await judge(rule, slot, given)).toBe("passes");
    const old = sampleDecision({ expires: "2001-01-01T00:00:00.000Z" });
    expect(await judge(rule, { ...slot, decision: signed(own, old) }, given)).toBe("passes");
  });

  it.each<[string, object, string]>([
    ["no decision", { decision: undefined }, "there is no decision"],
    [
      "a forged one",
      { decision: signed(foreign, sampleDecision()) },
      "its signature is by none of the 1 trusted keys, or it was changed since",
    ],
    ["evidence in its place", { decision: signed(own, sampleEvidence()) }, "it is no decision of the gates"],
    [
      "another environment's",
      { decision: signed(own, sampleDecision({ environment: "stg" })) },
      "it is for environment stg, not prod",
    ],
    ["another revision's", { revision: other }, `it is for revisionHash ${sampleRevision}, not ${other}`],
    ["another service's", { service: "org2/react-ui" }, "it is for service org1/react-ui, not org2/react-ui"],
  ])("refuses a slot with %s", async (_what, change, found) => {
    const answer = await judge(rule, { ...slot, ...change }, given);
    expect(answer).toEqual([`decision: ${found} | ${expected}`]);
  });

  it("refuses a slot that is of another environment than its stack, and one that isn't known yet", async () => {
    expect(await judge(rule, { ...slot, environment: "dev" }, given)).toEqual([
      "environment: dev | prod, as the stack is called",
    ]);
    const unknown = await judge(rule, { ...slot, decision: UNKNOWN }, given);
    expect(unknown).toEqual([expect.stringMatching(/^decision: a value unknown/)]);
  });

  it("asks for nothing where the settings sign nothing, and denies where nobody can tell", async () => {
    const unsigned = slotDecidedBy(() => ({ kind: "unsigned" }));
    expect(await judge(unsigned, { ...slot, decision: undefined }, given)).toBe("passes");
    const unknown = slotDecidedBy(() => ({ kind: "unknown", reason: "prod.yaml can't be read" }));
    expect(await judge(unknown, slot, given)).toEqual([`decision: prod.yaml can't be read | ${expected}`]);
  });

  describe("of a slot's container", () => {
    const inSlot = { within: SLOT, stack: given.stack, parent: urnOf(given) };
    const container = { image: sampleImage, labels: [{ label: "sluice.revision", value: sampleRevision }] };

    it("accepts what its slot was decided for", async () => {
      const fresh = slotDecidedBy(() => keys);
      await judge(fresh, slot, given);
      expect(await judge(fresh, container, inSlot)).toBe("passes");
    });

    it("refuses any other image or revision", async () => {
      const fresh = slotDecidedBy(() => keys);
      await judge(fresh, slot, given);
      const image = `registry.example.com/org1/react-ui@${other}`;
      expect(await judge(fresh, { ...container, image }, inSlot)).toEqual([
        `image: ${image} | ${sampleImage}, as its slot was decided`,
      ]);
      expect(await judge(fresh, { ...container, labels: [] }, inSlot)).toEqual([
        `labels.sluice.revision: none | ${sampleRevision}, as its slot was decided`,
      ]);
    });

    it("refuses one whose slot was refused, or that is in no slot", async () => {
      const fresh = slotDecidedBy(() => keys);
      await judge(fresh, { ...slot, decision: undefined }, given);
      const violation = [`parent: no slot that was decided | ${expected}`];
      expect(await judge(fresh, container, inSlot)).toEqual(violation);
      expect(await judge(fresh, container, { stack: given.stack })).toEqual(violation);
    });

    it("refuses it with its slot where nobody can tell whose decisions count", async () => {
      const unknown = slotDecidedBy(() => ({ kind: "unknown", reason: "prod.yaml can't be read" }));
      const violation = [`decision: prod.yaml can't be read | ${expected}`];
      expect(await judge(unknown, container, inSlot)).toEqual(violation);
      expect(await judge(unknown, { image: sampleImage }, inSlot)).toEqual(violation);
      expect(await judge(unknown, container, { stack: given.stack })).toEqual(violation);
      expect(await judge(unknown, { image: sampleImage }, { stack: "prod" })).toBe("passes");
    });

    it("isn't asked of containers that are no slot's", async () => {
      expect(await judge(rule, { image: sampleImage }, { stack: "prod" })).toBe("passes");
    });
  });
});
