import { describe, expect, it } from "vitest";
import type { LedgerEvent } from "../../ledger/event.ts";
import { beginning, chainOf, digestFor, plan, promotion, revisionOf } from "../../ledger/testing/events.ts";
import type { Notice } from "../../model/notice.ts";
import type { Plan } from "../../model/plan.ts";
import { noticeOf, testNotice } from "./notice.ts";

const about = { environment: "prod", service: "org1/react-ui" };
const old = promotion("r1", revisionOf("1.0.0"), "blue", { first: true });
const steps: Plan["steps"] = [
  { kind: "analysis", percent: 10, minSeconds: 60, holdSeconds: 300 },
  { kind: "pause", percent: 10 },
  { kind: "weight", percent: 100, holdSeconds: 60 },
];
const gate = (gate: string, allowed: boolean): LedgerEvent => ({
  kind: "gate",
  rollout: "r2",
  gate,
  allowed,
  reason: allowed ? "fine" : `${gate} says no`,
  inputs: gate === "approval" ? { rejected: [] } : {},
});
const requested = (rollout: string, version = "1.1.0"): LedgerEvent => ({
  kind: "requested",
  rollout,
  release: revisionOf(version).release,
  purpose: "rollout",
});
const refused = (rollout: string, reason: string): LedgerEvent => ({ kind: "refused", rollout, reason });
const step = (index: number): LedgerEvent => ({ kind: "step", rollout: "r2", index, percent: 10 });
const resumed: LedgerEvent = { kind: "resumed", rollout: "r2" };
const held: LedgerEvent = { kind: "held", rollout: "r2", reason: "a freeze" };
const stranded: LedgerEvent = { kind: "stranded", rollout: "r2", reason: "host-b is away", hosts: ["host-b"] };
const back = { rollout: "r2", reason: "too many errors", quarantined: digestFor("1.1.0"), milliseconds: 812 } as const;
const rollingBack: LedgerEvent = { kind: "rollingBack", rollout: "r2", reason: "too many errors", blamed: true };
const rolledBack: LedgerEvent = { kind: "rolledBack", settled: "blue", ...back };
const promoted: LedgerEvent = { kind: "promoted", rollout: "r2", slot: "green" };
const reverting: LedgerEvent = { kind: "reverting", rollout: "r2", from: "green", to: "blue", reason: "complaints" };
const figures = { green: { requests: 200, errorPercent: 2.5, p95Milliseconds: 140 } };
const look: LedgerEvent = { kind: "observation", rollout: "r2", result: "healthy", reason: "", figures };

/** A canary of 1.1.0 over 1.0.0, as far as it has begun. */
function begun(over: Partial<Plan> = {}): readonly LedgerEvent[] {
  const events = beginning("r2", revisionOf("1.1.0"), "green");
  return events.map((event) =>
    event.kind === "started" ? { ...event, plan: { ...plan, strategy: "canary", steps, ...over } } : event,
  );
}

/** What people are told of these events, one after another. */
function told(events: readonly LedgerEvent[], from = 0): readonly Notice[] {
  const chain = chainOf(events);
  return chain.flatMap((entry, index) => {
    const notice = index < from ? null : noticeOf(about, chain.slice(0, index), entry);
    return notice ? [notice] : [];
  });
}

const after = (...events: readonly LedgerEvent[]) => told([...old, ...begun(), ...events], old.length);

describe("one message a state change", () => {
  it.each<[string, readonly LedgerEvent[], readonly string[]]>([
    ["a good canary", [step(0), look, look, step(1), look, step(2), promoted], ["step", "paused", "step", "promoted"]],
    ["a bad one", [step(0), look, rollingBack, rolledBack], ["step", "rolledBack"]],
    ["one that is taken over in a step", [step(0), look, resumed, look, step(1)], ["step", "paused"]],
    ["one whose driver was killed as it entered a step", [step(0), resumed, step(0), step(1)], ["step", "paused"]],
    ["one that nobody renewed", [step(0), { kind: "lapsed", rollout: "r2", reason: "late" }], ["step"]],
    [
      "a pause that a person ends",
      [step(1), { kind: "continued", rollout: "r2", index: 1 }, step(2)],
      ["paused", "step"],
    ],
    ["one that is stranded, and again", [rollingBack, stranded, resumed, stranded], ["stranded", "stranded"]],
    ["a stranded one that is over", [rollingBack, stranded, resumed, rolledBack], ["stranded", "rolledBack"]],
    [
      "a release that a person takes back",
      [promoted, reverting, { kind: "reverted", slot: "blue", ...back }],
      ["promoted", "reverting", "reverted"],
    ],
    [
      "one that can't be taken back",
      [promoted, reverting, { kind: "revertFailed", rollout: "r2", slot: "green", reason: "no" }],
      ["promoted", "reverting", "revertFailed"],
    ],
    [
      "what notifiers say themselves",
      [
        { kind: "notified", rollout: "r2", notifier: "team", thread: "1.1" },
        { kind: "unnotified", rollout: "r2", notifier: "team", about: "step", reason: "" },
      ],
      [],
    ],
  ])("%s", (_what, events, changes) => {
    expect(after(...events).map(({ change }) => change)).toEqual(["started", ...changes]);
  });

  it("of a hold, until a window was open in between", () => {
    const thursdays = { days: ["thursday" as const], from: "00:20", to: "00:21" };
    const windows = { timeZone: "Etc/UTC", open: [thursdays], freezes: [], whenClosed: "hold" as const };
    // Each event is a minute later than the one before; the chain begins at 00:01 on a Thursday.
    const looks = (count: number) => Array.from({ length: count }, () => look);
    const events = [...old, ...begun({ windows }), step(0), held, resumed, held, ...looks(12), held];
    const changes = chainOf(events).map(({ at }) => at);
    expect(changes.at(-1)?.slice(11, 16)).toBe("00:25");
    expect(told(events, old.length).map(({ change }) => change)).toEqual(["started", "step", "held", "held"]);
  });

  it("of a release that is asked for again and again, in vain for the same reason", () => {
    const events = [
      ...old,
      ...[requested("a"), refused("a", "closed"), requested("b"), refused("b", "closed")],
      ...[requested("c"), refused("c", "0 of 2 approvals"), requested("d", "1.2.0"), refused("d", "0 of 2 approvals")],
    ];
    const reasons = told(events, old.length).map(({ rollout, reason }) => `${rollout}: ${reason}`);
    expect(reasons).toEqual(["a: closed", "c: 0 of 2 approvals", "d: 0 of 2 approvals"]);
  });

  it("of people who are asked, and none of what isn't let in for just that", () => {
    const url = "https://github.example.com/org1/deliveries/issues/12";
    const revision = revisionOf("1.1.0");
    const { version, image } = revision.release;
    const hash = digestFor("1.1.0");
    const asked = (over: object = {}): LedgerEvent => ({
      ...{ kind: "asked", version, digest: hash, revision: hash, plan: hash, repository: "org1/deliveries", issue: 12 },
      ...{ url, title: "Approve", body: "", breaking: null, rollout: "r2", image },
      ...over,
    });
    const denied = (rejected: readonly string[] = [], more: object = {}): LedgerEvent => ({
      ...{ kind: "gate", rollout: "r2", gate: "approval", allowed: false, reason: "approval says no" },
      inputs: { request: url, rejected, problem: null, ...more },
    });
    const kindsOf = (...events: readonly LedgerEvent[]) =>
      told([...old, ...events], old.length).map(({ change, rollout }) => `${change} ${rollout}`);
    const no = refused("r2", "approval says no");
    expect(kindsOf(asked(), requested("r2"), denied(), no)).toEqual(["approvalNeeded r2"]);
    expect(kindsOf(asked(), ...begun())).toEqual(["approvalNeeded r2", "started r2"]);
    expect(kindsOf(asked(), requested("r2"), denied(["bob"]), no)).toEqual(["approvalNeeded r2", "refused r2"]);
    expect(kindsOf(asked(), requested("r2"), denied([], { problem: "503" }), no)).toHaveLength(2);
    // People were asked elsewhere, or by an event of before they were told of it.
    expect(kindsOf(asked({ url: `${url}3` }), requested("r2"), denied(), no)).toHaveLength(2);
    expect(kindsOf(asked({ rollout: undefined }), requested("r2"), denied(), no)).toEqual(["approvalNeeded r2"]);
  });

  it.each<[string, readonly LedgerEvent[], string]>([
    ["nothing but approvals is missing", [gate("order", true), gate("approval", false)], "approvalNeeded"],
    ["something else is missing, too", [gate("windows", false), gate("approval", false)], "refused"],
    [
      "somebody is against it",
      [{ kind: "gate", rollout: "r2", gate: "approval", allowed: false, reason: "", inputs: { rejected: ["bob"] } }],
      "refused",
    ],
    ["no gate denied it", [gate("order", true)], "refused"],
  ])("that is refused: %s", (_what, gates, change) => {
    const events = [...old, requested("r2"), ...gates, refused("r2", "no")];
    expect(told(events, old.length).map((notice) => notice.change)).toEqual([change]);
  });
});

describe("a message", () => {
  const last = (...events: readonly LedgerEvent[]) => after(...events).at(-1);

  it("names who, what, the figures, and what to do, with the command", () => {
    expect(last(step(0), look, look, step(1))).toEqual({
      change: "paused",
      ...about,
      rollout: "r2",
      version: "1.1.0",
      strategy: "canary",
      at: "2026-01-01T00:12:00.000Z",
      by: "alice",
      summary: "org1/react-ui 1.1.0 in prod: waits for a person, with 10 % of the clients",
      reason: null,
      facts: [
        { name: "Its users' requests", value: "400 in 2 looks, 10 failed (2.50 %)" },
        { name: "Worst p95", value: "140 ms" },
      ],
      next: ["Go on: sluice continue prod org1/react-ui", "Go back: sluice abort prod org1/react-ui"],
      incident: null,
      target: { purpose: "rollout", version: "1.1.0", digest: digestFor("1.1.0"), commit: null },
    });
  });

  it.each<[string, readonly LedgerEvent[]]>([
    ["is begun", [promoted, reverting]],
    ["is done", [promoted, reverting, { kind: "reverted", slot: "blue", ...back }]],
    ["fails", [promoted, reverting, { kind: "revertFailed", rollout: "r2", slot: "green", reason: "no" }]],
  ])("of a way back that %s names the release that is gone back to", (_what, events) => {
    expect(last(...events)?.version).toBe("1.1.0");
    const digest = digestFor("1.0.0");
    expect(last(...events)?.target).toEqual({ purpose: "rollback", version: "1.0.0", digest, commit: null });
  });

  it.each<[string, Notice | undefined, object]>([
    [
      "of a step",
      last(step(0)),
      { summary: "org1/react-ui 1.1.0 in prod: step 1 of 3: 10 % of the clients, judged for at most 300 s" },
    ],
    [
      "of a rollback",
      last(step(0), rollingBack, rolledBack),
      {
        summary: "org1/react-ui 1.1.0 in prod: rolled back, 1.0.0 serves all users",
        reason: "too many errors",
        facts: [
          { name: "Back after", value: "812 ms, seen on every gateway" },
          { name: "Quarantine", value: digestFor("1.1.0") },
        ],
        next: [
          "What happened: sluice history prod org1/react-ui --rollout r2",
          `Let it in again: sluice quarantine lift prod org1/react-ui ${digestFor("1.1.0")} --reason <why>`,
        ],
      },
    ],
    [
      "of a person's way back",
      last(promoted, reverting),
      { summary: "org1/react-ui 1.1.0 in prod: alice takes it back to 1.0.0", reason: "complaints" },
    ],
  ])("%s", (_what, notice, expected) => {
    expect(notice).toMatchObject(expected);
  });

  it("of what waits for approvals has the commands to agree and to ask again", () => {
    const events = [...old, requested("r2"), gate("approval", false), refused("r2", "approval says no")];
    const [notice] = told(events, old.length);
    const { image } = revisionOf("1.1.0").release;
    expect(notice?.next[0]).toBe(
      `Agree, by your own key: sluice approve prod org1/react-ui 1.1.0 --image ${image} --key <file>`,
    );
    expect(notice?.facts).toEqual([{ name: "Gate approval", value: "approval says no" }]);
  });

  it("of a stranded one has what the driver knows of the hosts, instead of the ledger's own", () => {
    const chain = chainOf([...old, ...begun(), rollingBack, stranded]);
    const entry = chain.at(-1);
    const notice = entry && noticeOf(about, chain.slice(0, -1), entry, "on host-b:\n  clear 7 r2");
    expect(notice?.next).toEqual(["on host-b:", "  clear 7 r2"]);
  });
});

describe("an incident", () => {
  const key = (what: string) => `sluice/prod/org1/react-ui/${what}`;
  const incidents = (...events: readonly LedgerEvent[]) => after(...events).flatMap(({ incident }) => incident ?? []);
  const third = promotion("r3", revisionOf("1.2.0"), "green");

  it("about a bad release lasts until one is promoted", () => {
    const [open, close] = [
      { action: "open", key: key("rollback") },
      { action: "close", key: key("rollback") },
    ];
    expect(incidents(rollingBack, rolledBack)).toEqual([open]);
    expect(incidents(rollingBack, rolledBack, ...third)).toEqual([open, close]);
    expect(incidents(promoted, ...third)).toEqual([]);
  });

  it("about a stranded one lasts until it is seen to be over, and has a key of its own", () => {
    const [open, close] = [
      { action: "open", key: key("stranded") },
      { action: "close", key: key("stranded") },
    ];
    expect(incidents(rollingBack, stranded)).toEqual([open]);
    expect(incidents(rollingBack, stranded, resumed, rolledBack)).toEqual([open, close]);
    expect(incidents(rollingBack, stranded, resumed, rolledBack, ...third)).toEqual([open, close]);
  });

  it("of a test is none that any rollout has", () => {
    expect(testNotice("prod", "alice", "2026-01-01T00:00:00.000Z", "team").incident?.key).toBe("sluice/prod/test");
  });
});
