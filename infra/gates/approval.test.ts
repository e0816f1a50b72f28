import { describe, expect, it } from "vitest";
import { approvalGate } from "./approval.ts";
import type { ApprovalInputs } from "./heard.ts";
import { comment, historyOf, knownRequest, sampleAsked as asked } from "./testing/requests.ts";
import { answer, good } from "./testing/voices.ts";

const other = `sha256:${"99".repeat(32)}`;

describe("the approval gate", () => {
  it("lets in what enough others agreed to", () => {
    expect(approvalGate(good)).toMatchObject({ allowed: true, reason: "approved by bob, carol" });
  });

  it.each<[string, Partial<ApprovalInputs>, string]>([
    ["nobody said anything", { answers: [] }, '0 of 2 approvals; "sluice approve" by bob, carol'],
    ["one is missing", { answers: [answer("bob")] }, '1 of 2 approvals (bob); "sluice approve" by carol'],
    [
      "one agreed twice",
      { answers: [answer("bob"), answer("bob")] },
      '1 of 2 approvals (bob); "sluice approve" by carol',
    ],
    ["who asks agrees", { by: "bob" }, '1 of 2 approvals (carol); "sluice approve" by alice'],
    [
      "nobody knows who asks",
      { by: "" },
      '0 of 2 approvals; nobody knows who asks for it; "sluice approve" by alice, bob, carol',
    ],
    [
      "one was for another image",
      { answers: [answer("bob"), answer("carol", { digest: other })] },
      '1 of 2 approvals (bob); "sluice approve" by carol',
    ],
    [
      "settings and plan have changed since",
      { answers: [answer("bob", { revision: other }), answer("carol", { plan: other })] },
      '0 of 2 approvals; others are for another revision and another plan; "sluice approve" by bob, carol',
    ],
    [
      "one was for another environment",
      { answers: [answer("bob"), answer("carol", { environment: "uat" })] },
      '1 of 2 approvals (bob); "sluice approve" by carol',
    ],
    [
      "one is no approver",
      { answers: [answer("bob"), answer("mallory")] },
      '1 of 2 approvals (bob); "sluice approve" by carol',
    ],
    [
      "one signs in another one's name",
      { answers: [answer("bob"), answer("carol", { key: "bob" })] },
      '1 of 2 approvals (bob); "sluice approve" by carol',
    ],
    [
      "time has passed",
      { now: Date.parse("2026-03-05T10:00:00.000Z") },
      '0 of 2 approvals; expired: bob, carol; "sluice approve" by bob, carol',
    ],
    [
      "they are of the future",
      { now: Date.parse("2026-03-02T09:54:00.000Z") },
      '0 of 2 approvals; expired: bob, carol; "sluice approve" by bob, carol',
    ],
    [
      "they were for an earlier rollout of the same image",
      { used: 2 },
      '0 of 2 approvals; used up by an earlier rollout: bob, carol; "sluice approve" by bob, carol',
    ],
    [
      "one of them was",
      { used: 1 },
      '1 of 2 approvals (carol); used up by an earlier rollout: bob; "sluice approve" by bob',
    ],
    [
      "whoever asked on the issue agrees by key, and another one drives",
      { by: "robot", answers: [answer("alice"), answer("bob")], request: knownRequest([]) },
      '1 of 2 approvals (bob); "sluice approve" by carol',
    ],
    [
      "an approver is against it",
      { answers: [...good.answers, answer("alice", { answer: "reject", reason: "broken" })] },
      "rejected by alice (broken)",
    ],
    [
      "one has changed their mind",
      { answers: [...good.answers, answer("carol", { answer: "reject" })] },
      "rejected by carol (no reason given)",
    ],
  ])("keeps a release out when %s", (_what, changes, reason) => {
    expect(approvalGate({ ...good, ...changes })).toMatchObject({ gate: "approval", allowed: false, reason });
  });

  it("lets it in again once who was against it agrees", () => {
    const answers = [answer("bob"), answer("carol", { answer: "reject" }), answer("carol")];
    expect(approvalGate({ ...good, answers })).toMatchObject({ allowed: true });
  });

  it("lets in what was agreed to anew after an earlier rollout", () => {
    const answers = [
      answer("bob"),
      answer("carol"),
      answer("bob", { reason: "again" }),
      answer("carol", { reason: "" }),
    ];
    expect(approvalGate({ ...good, answers, used: 2 }).allowed).toBe(true);
  });

  it("keeps out what was rejected before an earlier rollout's end, and never agreed to since", () => {
    const answers = [answer("alice", { answer: "reject", reason: "no" }), answer("bob"), answer("carol")];
    expect(approvalGate({ ...good, answers, used: 1 }).reason).toBe("rejected by alice (no)");
  });
});

describe("the approval gate, where people are asked on GitHub", () => {
  const settings = {
    ...good.settings,
    approvers: {},
    github: { users: ["bob", "carol"], teams: ["leads"], labels: [] },
  };
  const dave = comment("dave", { isMember: true });
  const asking: ApprovalInputs = {
    ...good,
    settings,
    answers: [],
    request: knownRequest([comment("bob"), comment("carol")]),
  };

  it("lets in what enough of them agreed to, and says where", () => {
    expect(approvalGate(asking)).toMatchObject({
      allowed: true,
      reason: "approved by bob, carol",
      inputs: { request: asking.request.kind === "known" ? asking.request.request.url : "" },
    });
  });

  it("counts a person once who both signs and comments", () => {
    const both = { ...settings, approvers: good.settings.approvers };
    const request = knownRequest([comment("Bob")]);
    expect(approvalGate({ ...asking, settings: both, answers: [answer("bob")], request }).allowed).toBe(false);
    expect(approvalGate({ ...asking, settings: both, answers: [answer("carol")], request }).allowed).toBe(true);
  });

  it("takes the later word of who both signs and comments", () => {
    const both = { ...settings, approvers: good.settings.approvers };
    const later = comment("bob", {
      body: "/reject no",
      createdAt: "2026-03-02T10:00:01Z",
      updatedAt: "2026-03-02T10:00:01Z",
    });
    const request = knownRequest([later, comment("carol")]);
    expect(approvalGate({ ...asking, settings: both, answers: [answer("bob")], request })).toMatchObject({
      allowed: false,
      reason: "rejected by bob (no)",
    });
  });

  it.each<[string, Partial<ApprovalInputs>, string]>([
    [
      "nobody was asked yet",
      { request: { kind: "none" } },
      '0 of 2 approvals; "/approve" once it is asked for by bob, carol, team leads',
    ],
    [
      "one is missing",
      { request: knownRequest([comment("bob")]) },
      '1 of 2 approvals (bob); "/approve" on https://github.example.com/org1/deliveries/issues/12 by carol, team leads',
    ],
    [
      "whoever opened the request agrees, in another run's name",
      { by: "robot", request: knownRequest([comment("bob"), comment("alice", { isMember: true })]) },
      '1 of 2 approvals (bob); "/approve" on https://github.example.com/org1/deliveries/issues/12 by carol, team leads',
    ],
    [
      "whoever asks agrees in capitals",
      { by: "bob", request: knownRequest([comment("BOB"), comment("carol")]) },
      '1 of 2 approvals (carol); "/approve" on https://github.example.com/org1/deliveries/issues/12 by team leads',
    ],
    [
      "the request can't be read, even if enough people signed",
      {
        settings: { ...settings, approvers: good.settings.approvers },
        answers: good.answers,
        request: { kind: "unknown", request: knownRequest([]).request, reason: "503" },
      },
      "2 of 2 approvals (bob, carol); https://github.example.com/org1/deliveries/issues/12 can't be read: 503",
    ],
    [
      "the request was closed",
      { request: knownRequest([comment("bob"), comment("carol")], { isOpen: false }) },
      "0 of 2 approvals; https://github.example.com/org1/deliveries/issues/12 is closed",
    ],
    [
      "a member of the team is against it",
      { request: knownRequest([comment("bob"), comment("carol"), { ...dave, body: "/reject" }]) },
      "rejected by dave (no reason given)",
    ],
    ["time has passed", { now: Date.parse("2026-03-05T10:00:00.000Z") }, "0 of 2 approvals; expired: bob, carol"],
  ])("keeps a release out when %s", (_what, changes, reason) => {
    const decision = approvalGate({ ...asking, ...changes });
    expect(decision.allowed).toBe(false);
    expect(decision.reason.startsWith(reason)).toBe(true);
  });

  it.each<[string, Partial<ApprovalInputs>, string]>([
    [
      "a comment that may have been a rejection was deleted",
      {
        request: knownRequest([comment("bob"), comment("carol")], {
          history: historyOf([], [{ kind: "commentDeleted", author: "Carol", at: "2026-03-02T10:00:07Z" }]),
        }),
      },
      "1 of 2 approvals (bob); agreed before a comment of theirs was edited or deleted: carol",
    ],
    [
      "nobody knows whose comment was deleted",
      {
        request: knownRequest([comment("bob"), comment("carol")], {
          history: historyOf([], [{ kind: "commentDeleted", author: null, at: "2026-03-02T10:00:07Z" }]),
        }),
      },
      "0 of 2 approvals; agreed before a comment of theirs was edited or deleted: bob, carol",
    ],
    [
      "a comment that may have been a rejection was edited",
      {
        request: knownRequest([
          comment("bob"),
          comment("carol"),
          comment("carol", { body: "nice", createdAt: "2026-03-02T10:00:03Z", updatedAt: "2026-03-02T10:00:07Z" }),
        ]),
      },
      "1 of 2 approvals (bob); agreed before a comment of theirs was edited or deleted: carol",
    ],
    [
      "one agreed by key before",
      {
        settings: { ...settings, approvers: good.settings.approvers },
        answers: [answer("carol")],
        request: knownRequest([comment("bob")], {
          history: historyOf([], [{ kind: "commentDeleted", author: "carol", at: "2026-03-02T10:00:00Z" }]),
        }),
      },
      "1 of 2 approvals (bob); agreed before a comment of theirs was edited or deleted: carol",
    ],
    [
      "one was against it, and what they agreed to since was edited",
      {
        request: knownRequest([
          comment("bob"),
          comment("dave", { isMember: true }),
          comment("carol", { body: "/reject no" }),
          comment("carol", { createdAt: "2026-03-02T10:00:03Z", updatedAt: "2026-03-02T10:00:07Z" }),
        ]),
      },
      "rejected by carol (no)",
    ],
    [
      "the request is about something else",
      { asked: { ...asked, digest: other } },
      "0 of 2 approvals; https://github.example.com/org1/deliveries/issues/12 is about something else",
    ],
  ])("doesn't count what was said before: %s", (_what, changes, reason) => {
    const decision = approvalGate({ ...asking, ...changes });
    expect(decision.allowed).toBe(false);
    expect(decision.reason.slice(0, reason.length)).toBe(reason);
  });

  it("counts a new comment after one that was edited or deleted", () => {
    const again = { createdAt: "2026-03-02T10:00:09Z", updatedAt: "2026-03-02T10:00:09Z" };
    const history = historyOf([], [{ kind: "commentDeleted", author: "carol", at: "2026-03-02T10:00:07Z" }]);
    const edited = comment("bob", { body: "nice", updatedAt: "2026-03-02T10:00:08Z" });
    const request = knownRequest([edited, comment("carol"), comment("bob", again), comment("carol", again)], {
      history,
    });
    expect(approvalGate({ ...asking, request })).toMatchObject({ allowed: true, inputs: { withdrawn: [] } });
  });

  it("doesn't look at comments where the settings ask for none", () => {
    expect(approvalGate({ ...asking, settings: good.settings }).allowed).toBe(false);
  });
});
