import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalStatement } from "../model/statement.ts";
import { approvalGate } from "./approval.ts";
import type { ApprovalInputs } from "./heard.ts";
import { corruptions } from "./testing/corruptions.ts";
import { comment, knownRequest } from "./testing/requests.ts";
import { signed, testKey } from "./testing/keys.ts";
import { sampleDigest, sampleRevision } from "./testing/statements.ts";

const keys = { alice: testKey(), bob: testKey(), carol: testKey(), mallory: testKey() };
type Name = keyof typeof keys;

const asked = {
  environment: "prod",
  service: "org1/react-ui",
  digest: sampleDigest,
  revision: sampleRevision,
  plan: `sha256:${"ef".repeat(32)}`,
};

function answer(
  by: Name,
  changes: Partial<ApprovalStatement["predicate"]> & { readonly digest?: string; readonly key?: Name } = {},
) {
  const { digest = sampleDigest, key = by, ...predicate } = changes;
  const { environment, service, revision, plan } = asked;
  const about = { environment, service, revision, plan, version: "1.4.2", reason: "", at: "2026-03-02T10:00:00.000Z" };
  return signed(keys[key], {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "registry.example.com/org1/react-ui", digest: { sha256: digest.slice("sha256:".length) } }],
    predicateType: "urn:sluice:approval:v1",
    predicate: { ...about, answer: "approve", by, ...predicate },
  });
}

const good: ApprovalInputs = {
  settings: {
    approvers: {
      alice: keys.alice.publicBase64,
      bob: keys.bob.publicBase64,
      carol: keys.carol.publicBase64,
    },
    required: 2,
    expiresHours: 72,
  },
  asked,
  by: "alice",
  answers: [answer("bob"), answer("carol")],
  request: { kind: "none" },
  now: Date.parse("2026-03-03T10:00:00.000Z"),
};

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

  it("never lets in more when any one input is gone or corrupt", () => {
    const corrupt = fc.constantFrom(undefined, null, "", "x", -1, NaN, Infinity, [], {});
    const places: readonly (readonly (string | number)[])[] = [
      ["by"],
      ["now"],
      ["asked", "environment"],
      ["asked", "service"],
      ["asked", "digest"],
      ["asked", "revision"],
      ["asked", "plan"],
      ["settings", "expiresHours"],
      ["settings", "required"],
      ["settings", "approvers"],
      ["settings", "approvers", "bob"],
      ["answers"],
      ["answers", 0],
      ["answers", 1],
      ["answers", 0, "payload"],
      ["answers", 0, "payloadType"],
      ["answers", 0, "signatures"],
    ];
    const cases = fc.tuple(fc.constantFrom(...places), corrupt, fc.boolean());
    fc.assert(
      fc.property(cases, ([path, value, byRequester]) => {
        // Any other text is somebody else's name.
        fc.pre(path[0] !== "by" || value !== "x");
        // Denied by one voice: the requester's own, or a missing one.
        const before = byRequester ? { ...good, by: "bob" } : { ...good, answers: [answer("bob")] };
        expect(isAllowed(corrupted(before, path, value))).toBe(false);
        expect(isAllowed(corrupted(good, path, value))).toBe(false);
      }),
      { numRuns: 1_000, seed: 1 },
    );
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

  it("doesn't look at comments where the settings ask for none", () => {
    expect(approvalGate({ ...asking, settings: good.settings }).allowed).toBe(false);
  });

  it("never lets in more when any one input is gone or corrupt", () => {
    const enough = { ...asking, settings: { ...settings, users: ["bob", "carol"] } };
    const denied: readonly ApprovalInputs[] = [
      { ...enough, request: knownRequest([comment("bob")]) },
      { ...enough, by: "bob" },
      { ...enough, request: knownRequest([comment("bob"), comment("carol")], { isOpen: false }) },
      { ...enough, request: knownRequest([comment("bob"), comment("carol")], { title: "Another" }) },
      { ...enough, request: knownRequest([comment("bob"), comment("carol", { updatedAt: "2026-03-02T10:00:09Z" })]) },
      { ...enough, request: knownRequest([comment("bob"), comment("carol", { isPerson: false })]) },
      { ...enough, request: knownRequest([comment("bob"), comment("mallory")]) },
    ];
    expect(denied.map(isAllowed)).toEqual(denied.map(() => false));
    const letIn = denied.flatMap((inputs, index) =>
      corruptions(inputs).flatMap(({ where, spoilt }) =>
        isAllowed(spoilt as ApprovalInputs) ? [`${index}: ${where}`] : [],
      ),
    );
    // Another asker, an open request, a person instead of a bot, a member: no corruption, but another truth.
    expect(letIn).toEqual([
      '1: by = "?"',
      '1: by = "25:61"',
      "2: request.isOpen = true",
      "5: request.comments.1.isPerson = true",
      "6: request.comments.1.isMember = true",
    ]);
  });
});

function corrupted(inputs: ApprovalInputs, path: readonly (string | number)[], value: unknown): ApprovalInputs {
  const copy = structuredClone(inputs) as unknown as Record<string | number, unknown>;
  const parent = path.slice(0, -1).reduce<typeof copy | undefined>((at, key) => at?.[key] as typeof copy, copy);
  if (parent) parent[path.at(-1) ?? ""] = value;
  return copy as unknown as ApprovalInputs;
}

/** A gate that throws denies as well: nothing begins. */
function isAllowed(inputs: ApprovalInputs): boolean {
  try {
    return approvalGate(inputs).allowed;
  } catch {
    return false;
  }
}
