import { describe, expect, it } from "vitest";
import { approvalGate } from "./approval.ts";
import type { ApprovalInputs } from "./heard.ts";
import { corruptions } from "./testing/corruptions.ts";
import { comment, historyOf, knownRequest, sampleAsked as asked } from "./testing/requests.ts";
import { answer, good, keys } from "./testing/voices.ts";

const other = `sha256:${"99".repeat(32)}`;

describe("the approval gate, with any one input gone or spoilt", () => {
  const github = { users: ["bob", "carol"], teams: ["leads"], labels: [] };
  const { approvers } = good.settings;
  const asking: ApprovalInputs = {
    ...good,
    settings: { ...good.settings, approvers: {}, github },
    answers: [],
    request: knownRequest([comment("bob"), comment("carol")]),
  };
  const both: ApprovalInputs = { ...asking, settings: { ...good.settings, github }, answers: [answer("bob")] };
  const known = (comments: Parameters<typeof knownRequest>[0], changes?: Parameters<typeof knownRequest>[1]) => ({
    ...asking,
    request: knownRequest(comments, changes),
  });
  const enough = [comment("bob"), comment("carol")];
  const { request } = knownRequest([]);
  const [rejection, reject] = [answer("alice", { answer: "reject" }), comment("carol", { body: "/reject" })];
  const deleted = { kind: "commentDeleted", author: "bob", at: "2026-03-02T10:00:07Z" } as const;

  // What is named beside it is no corruption, but another truth.
  it.each<[string, ApprovalInputs, readonly string[]]>([
    ["one voice too few, by key", { ...good, answers: [answer("bob")] }, []],
    ["the requester's own voice, by key", { ...good, by: "bob" }, ['by = "?"', 'by = "25:61"']],
    ["voices for another image", { ...good, asked: { ...asked, digest: other } }, []],
    ["voices for other settings", { ...good, asked: { ...asked, revision: other } }, []],
    ["voices for another plan", { ...good, asked: { ...asked, plan: other } }, []],
    ["voices for another environment", { ...good, asked: { ...asked, environment: "uat" } }, []],
    ["old voices", { ...good, now: Date.parse("2026-03-05T10:00:00.000Z") }, []],
    ["voices that were used up", { ...good, used: 2 }, []],
    ["more voices asked for", { ...good, settings: { ...good.settings, required: 3 } }, []],
    [
      "an approver's key that is another's",
      { ...good, settings: { ...good.settings, approvers: { ...approvers, bob: keys.alice.publicBase64 } } },
      [],
    ],
    // Who is no approver any more can't keep anything out.
    [
      "a rejection, by key",
      { ...good, answers: [rejection, ...good.answers] },
      ["settings.approvers.alice", "answers.0.payload", "answers.0.payloadType", "answers.0.signatures.0.sig"],
    ],
    ["one voice too few, on the issue", known([comment("bob")]), []],
    ["the requester's own voice, on the issue", { ...asking, by: "bob" }, ['by = "?"', 'by = "25:61"']],
    ["a closed request", known(enough, { isOpen: false }), ["request.isOpen = true"]],
    ["somebody else's request", known(enough, { isOwn: false }), ["request.isOwn = true"]],
    ["a renamed request", known(enough, { title: "Another" }), []],
    ["an edited request", known(enough, { body: `${request.body}!` }), []],
    ["a request about something else", { ...asking, asked: { ...asked, plan: other } }, []],
    ["a request of an earlier rollout", known(enough, { request: { ...request, isUsed: true } }), []],
    ["a request that was closed for a while", known(enough, { history: historyOf([], [{ kind: "closed" }]) }), []],
    ["a request that was renamed for a while", known(enough, { history: historyOf([], [{ kind: "renamed" }]) }), []],
    [
      "a request that was edited for a while",
      known(enough, { history: historyOf([request.body, "x", request.body]) }),
      [],
    ],
    [
      "a deleted comment",
      known(enough, { history: historyOf([], [deleted]) }),
      [
        'request.history.happened.0.author = "?"',
        'request.history.happened.0.author = "25:61"',
        'request.history.happened.0.author = ""',
      ],
    ],
    ["an edited comment", known([comment("bob"), comment("carol", { updatedAt: "2026-03-02T10:00:09Z" })]), []],
    [
      "a bot's comment",
      known([comment("bob"), comment("carol", { isPerson: false })]),
      ["request.comments.1.isPerson = true"],
    ],
    ["a stranger's comment", known([comment("bob"), comment("mallory")]), ["request.comments.1.isMember = true"]],
    [
      "a rejection on the issue",
      { ...both, request: knownRequest([comment("alice"), reject, comment("dave", { isMember: true })]) },
      ["request.comments.1.author", "request.comments.1.body", "settings.github.users"],
    ],
    [
      "a request that can't be read",
      { ...both, answers: good.answers, request: { kind: "unknown", request, reason: "503" } },
      // Then nobody was asked there.
      ["settings.github = undefined", "settings.github is gone"],
    ],
  ])("never allows what it denies for %s", (_what, denied, meant) => {
    expect(isAllowed(denied)).toBe(false);
    expect(allowing(denied).filter((where) => !meant.some((one) => where.startsWith(one)))).toEqual([]);
  });

  it.each<[string, ApprovalInputs, readonly RegExp[]]>([
    ["by key", good, [/^settings\.approvers\.alice is gone$/, keyId, otherAsker]],
    ["on the issue", asking, [/^settings\.approvers (=|is gone)/, ...aside]],
    [
      "by both",
      { ...both, request: knownRequest([comment("carol")]) },
      [/^settings\.approvers\.(alice|carol) is gone$/, keyId, ...aside],
    ],
  ])("denies what it allows by voices %s, but for what says nothing of who agreed to what", (_how, allowed, meant) => {
    expect(isAllowed(allowed)).toBe(true);
    expect(allowing(allowed).filter((where) => !meant.some((one) => one.test(where)))).toEqual([]);
  });
});

/** A note of the signer's, which nothing goes by. */
const keyId = /^answers\.\d\.signatures\.0\.keyid = "/;
/** Any other text is somebody else's name. */
const otherAsker = /^(request\.request\.)?by = "/;
const aside = [
  otherAsker,
  /^settings\.github\.(teams|labels) (=|is gone)/,
  /^request\.request\.(repository|url|breaking) = "/,
  /^request\.comments\.\d\.isMember = true$/,
];

/** Where inputs can be gone or spoilt, and it is let in nevertheless. */
function allowing(inputs: ApprovalInputs): readonly string[] {
  const all = corruptions(inputs);
  expect(all.length).toBeGreaterThan(100);
  return all.flatMap(({ where, spoilt }) => (isAllowed(spoilt as ApprovalInputs) ? [where] : []));
}

/** A gate that throws denies as well: nothing begins. */
function isAllowed(inputs: ApprovalInputs): boolean {
  try {
    return approvalGate(inputs).allowed;
  } catch {
    return false;
  }
}
