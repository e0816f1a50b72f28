import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slotNames } from "../model/slot.ts";
import { sampleException } from "../model/testing/exception.ts";
import { revisionHash } from "./chain.ts";
import { checkHead, declare, declared, markerOn, nothingDeclared, type Declared } from "./declared.ts";
import type { EventKind, LedgerEvent } from "./event.ts";
import { beginning, chainOf, digestFor, plan, promotion, revisionOf } from "./testing/events.ts";

const one = revisionOf("1.0.0");
const two = revisionOf("1.1.0");
/** On one host only. */
const onA = { ...two, hosts: { "host-a": { network: "bridge", address: "127.0.0.1" } } } satisfies typeof two;
const hashed = (revision: typeof one) => ({ revision, revisionHash: revisionHash(revision) });
const ended = { rollout: "r2", reason: "errors", quarantined: null, milliseconds: 90 };

const envelope = { payloadType: "text/plain", payload: "AAAA", signatures: [{ keyid: "", sig: "AAAA" }] };

/** Blue serves 1.0.0, green holds 1.1.0, and 9 entries led there. */
const before = chainOf([
  ...promotion("r1", one, "blue", { first: true }),
  ...beginning("r2", two, "green"),
  { kind: "prepared", rollout: "r2" },
]);
const start: Declared = {
  slots: {
    blue: { ...hashed(one), sequence: 3, decision: null },
    green: { ...hashed(two), sequence: 8, decision: null },
  },
  settled: "blue",
  places: { blue: ["host-a", "host-b"], green: ["host-a", "host-b"] },
  settleToken: 5,
  decisions: {},
  head: { sequence: 8, hash: before[7]?.hash ?? "" },
};

/** Every kind of event: what it changes in what is declared. */
const table: { [Kind in EventKind]: [Extract<LedgerEvent, { kind: Kind }>, Partial<Declared>] } = {
  requested: [{ kind: "requested", rollout: "r3", release: one.release, purpose: "rollout" }, {}],
  gate: [{ kind: "gate", rollout: "r3", gate: "order", allowed: true, reason: "", inputs: {} }, {}],
  refused: [{ kind: "refused", rollout: "r3", reason: "older" }, {}],
  started: [
    { kind: "started", rollout: "r3", purpose: "rollout", candidate: "green", settled: "blue", ...hashed(one), plan },
    {},
  ],
  decided: [
    { kind: "decided", rollout: "r3", revisionHash: hashed(one).revisionHash, decision: envelope },
    { decisions: { [hashed(one).revisionHash]: envelope } },
  ],
  asked: [
    {
      kind: "asked",
      version: "1.1.0",
      digest: hashed(one).revisionHash,
      revision: hashed(one).revisionHash,
      plan: hashed(one).revisionHash,
      repository: "org1/deliveries",
      issue: 12,
      url: "https://github.example.com/org1/deliveries/issues/12",
      title: "Approve",
      body: "",
      breaking: null,
    },
    {},
  ],
  answered: [{ kind: "answered", approval: envelope }, {}],
  attested: [{ kind: "attested", rollout: "r1", evidence: envelope }, {}],
  resumed: [{ kind: "resumed", rollout: "r2" }, {}],
  filled: [
    { kind: "filled", rollout: "r2", slot: "green", ...hashed(onA) },
    {
      slots: { ...start.slots, green: { ...hashed(onA), sequence: 10, decision: null } },
      places: { ...start.places, green: ["host-a"] },
    },
  ],
  emptied: [
    { kind: "emptied", rollout: null, slot: "green", lostConnections: 0 },
    { slots: { ...start.slots, green: null } },
  ],
  prepared: [{ kind: "prepared", rollout: "r2" }, {}],
  verified: [{ kind: "verified", rollout: "r2", checks: [], healthy: true }, {}],
  step: [{ kind: "step", rollout: "r2", index: 0, percent: 100 }, {}],
  observation: [{ kind: "observation", rollout: "r2", result: "healthy", reason: "", figures: {} }, {}],
  held: [{ kind: "held", rollout: "r2", reason: "outside all windows" }, {}],
  continued: [{ kind: "continued", rollout: "r2", index: 0 }, {}],
  drifted: [{ kind: "drifted", rollout: "r2", findings: ["host-a: local-org1-ui-blue: it is paused"] }, {}],
  promoting: [{ kind: "promoting", rollout: "r2", slot: "green" }, {}],
  promoted: [
    { kind: "promoted", rollout: "r2", slot: "green" },
    { settled: "green", settleToken: 10 },
  ],
  rollingBack: [{ kind: "rollingBack", rollout: "r2", reason: "errors" }, {}],
  rolledBack: [{ kind: "rolledBack", settled: "blue", ...ended }, {}],
  stranded: [{ kind: "stranded", rollout: "r2", reason: "no answer", hosts: ["host-a"] }, {}],
  reverted: [
    { kind: "reverted", slot: "green", ...ended },
    { settled: "green", settleToken: 10 },
  ],
  reverting: [{ kind: "reverting", rollout: "r2", from: "blue", to: "green", reason: "slow" }, {}],
  revertFailed: [{ kind: "revertFailed", rollout: "r2", slot: "blue", reason: "no answer" }, {}],
  lapsed: [{ kind: "lapsed", rollout: "r2", reason: "nobody renewed" }, {}],
  quarantineLifted: [{ kind: "quarantineLifted", digest: digestFor("1.1.0"), reason: "fixed" }, {}],
  excepted: [{ kind: "excepted", ...sampleException }, {}],
  notified: [{ kind: "notified", rollout: "r2", notifier: "team", thread: "1764000000.000100" }, {}],
  unnotified: [{ kind: "unnotified", rollout: "r2", notifier: "team", about: "step", reason: "no answer" }, {}],
};

describe("what is declared", () => {
  it("is nothing at first", () => {
    expect(declared([])).toEqual(nothingDeclared);
  });

  it("is what was filled and promoted", () => {
    expect(declared(before)).toEqual(start);
  });

  it.each(Object.values(table))("after $kind", (event, changes) => {
    const chain = chainOf([...before.map((entry) => entry.event), event]);
    const hash = chain.at(-1)?.hash ?? "";
    const head = Object.keys(changes).length > 0 ? { sequence: 10, hash } : start.head;
    expect(declared(chain)).toEqual({ ...start, ...changes, head });
  });

  it("follows a rollback that took the marker back from a promotion that was written down", () => {
    const chain = chainOf([
      ...before.map((entry) => entry.event),
      { kind: "promoted", rollout: "r2", slot: "green" },
      { kind: "rolledBack", settled: "blue", ...ended },
    ]);
    expect(declared(chain)).toMatchObject({ settled: "blue", settleToken: 11, head: { sequence: 11 } });
  });

  it("keeps a marker on a slot that is emptied: `recreate` fills it or the other one next", () => {
    const chain = chainOf([
      ...before.map((entry) => entry.event),
      { kind: "emptied", rollout: "r2", slot: "blue", lostConnections: 0 },
    ]);
    expect(declared(chain)).toMatchObject({ settled: "blue", slots: { blue: null } });
  });

  it("has a host's marker on the settled slot where that has a place, also while it is emptied", () => {
    const chain = chainOf([
      ...before.map((entry) => entry.event),
      { kind: "filled", rollout: "r3", slot: "green", ...hashed(onA) },
      { kind: "emptied", rollout: "r3", slot: "green", lostConnections: 0 },
    ]);
    const stack = declared(chain);
    expect(["host-a", "host-b"].map((host) => markerOn(stack, "green", host))).toEqual(["green", null]);
    expect(markerOn(stack, "blue", "host-b")).toBe("blue");
    expect(markerOn(stack, null, "host-a")).toBeNull();
  });

  it("never changes without a new head, and a token never goes down (any history)", () => {
    const events = fc.array(fc.constantFrom(...Object.values(table).map(([event]) => event)), { maxLength: 30 });
    fc.assert(
      fc.property(events, (history) => {
        let state = nothingDeclared;
        for (const entry of chainOf(history)) {
          const next = declare(state, entry);
          const same = { ...next, head: state.head };
          if (next.head === state.head) expect(same).toEqual(state);
          else expect(next.head).toEqual({ sequence: entry.sequence, hash: entry.hash });
          expect(next.settleToken).toBeGreaterThanOrEqual(state.settleToken);
          for (const slot of slotNames) expect(next.slots[slot]?.sequence ?? 0).toBeLessThanOrEqual(entry.sequence);
          state = next;
        }
      }),
    );
  });
});

describe("checkHead", () => {
  const head = start.head ?? { sequence: 0, hash: "" };
  const elsewhere = chainOf([...promotion("x1", two, "blue", { first: true }), ...beginning("x2", one, "green")]);

  it.each([
    ["ok", "nothing is remembered", [], null],
    ["ok", "the head is the last entry", before.slice(0, 8), head],
    ["ok", "more came after the head", before, head],
    ["behind", "the ledger is empty", [], head],
    ["behind", "the ledger is a copy made earlier", before.slice(0, 7), head],
    ["foreign", "another history stands in its place", elsewhere, head],
  ] as const)("says %s when %s", (answer, _when, entries, remembered) => {
    expect(checkHead(entries, remembered)).toBe(answer);
  });
});
