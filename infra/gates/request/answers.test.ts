import { describe, expect, it } from "vitest";
import { comment, historyOf, knownRequest, sampleAsked, sampleTold } from "../testing/requests.ts";
import { answersOn, voidBecause, withdrawnOn } from "./answers.ts";
import type { History, KnownRequest } from "./source.ts";
import { requestText } from "./text.ts";

const said = (request: KnownRequest, users: readonly string[]) => answersOn(request, users, sampleAsked);
const { request } = knownRequest([]);
const { body } = request;
const ticked = body.replace("- [ ] Database", "- [x] Database");
const edited = body.replace("1.4.2 on host-a", "1.4.3 on host-a");

describe("answers on a request", () => {
  it("are those of the people named, in any case, and of the teams' members", () => {
    const comments = [
      comment("Bob"),
      comment("carol", { isMember: true }),
      comment("mallory"),
      comment("dave", { body: "nice" }),
    ];
    expect(said(knownRequest(comments), ["bob", "dave"]).map(({ by }) => by)).toEqual(["Bob", "carol"]);
  });

  it("of bots are none", () => {
    expect(said(knownRequest([comment("bob", { isPerson: false })]), ["bob"])).toEqual([]);
  });

  it("acknowledge what breaks only where they say so", () => {
    const shown = { request: { ...request, breaking: "sha256:ab" } };
    const comments = [comment("bob", { body: "/approve breaking" }), comment("carol")];
    expect(said(knownRequest(comments, shown), ["bob", "carol"]).map(({ acknowledges }) => acknowledges)).toEqual([
      "sha256:ab",
      undefined,
    ]);
  });

  it("that were edited approve nothing, and reject all the same, from then on", () => {
    const updatedAt = "2026-03-02T10:00:01Z";
    expect(said(knownRequest([comment("bob", { updatedAt })]), ["bob"])).toEqual([]);
    const rejection = comment("bob", { updatedAt, body: "/reject broken" });
    expect(said(knownRequest([rejection]), ["bob"])).toEqual([
      { by: "bob", answer: "reject", reason: "broken", at: updatedAt },
    ]);
  });

  it("can't be told any more where a comment was edited or deleted", () => {
    const updatedAt = "2026-03-02T10:00:07Z";
    const at = "2026-03-02T10:00:09Z";
    const comments = [comment("bob", { body: "nice", updatedAt }), comment("mallory", { updatedAt }), comment("carol")];
    const history = historyOf(
      [],
      [
        { kind: "commentDeleted", author: "carol", at },
        { kind: "commentDeleted", author: null, at },
      ],
    );
    expect(withdrawnOn(knownRequest(comments, { history }), ["bob", "carol"])).toEqual([
      { by: "bob", at: updatedAt },
      { by: "carol", at },
      { by: null, at },
    ]);
  });
});

describe("a request", () => {
  it.each<[string, Parameters<typeof knownRequest>[1], RegExp]>([
    ["closed", { isOpen: false }, /is closed$/],
    ["edited", { body: edited }, /was edited after it was opened$/],
    ["renamed", { title: "Approve something else" }, /was edited after it was opened$/],
    ["opened by somebody else", { isOwn: false }, /opened by another account than the one that asks now$/],
    ["used up", { request: { ...request, isUsed: true } }, /was for an earlier rollout$/],
    ["closed for a while", { history: historyOf([], [{ kind: "closed" }]) }, /was closed for a while$/],
    ["renamed for a while", { history: historyOf([], [{ kind: "renamed" }]) }, /was edited for a while$/],
    ["edited for a while", { history: historyOf([body, edited, body]) }, /was edited for a while$/],
    ["edited to a text that isn't shown", { history: historyOf([body, null, body]) }, /was edited for a while$/],
    ["edited more often than is shown", { history: { ...historyOf([body, body]), edits: 3 } }, /more of a history/],
    ["edited, without a text", { history: { ...historyOf([]), edits: 1 } }, /more of a history than can be read$/],
    ["through more than is shown", { history: { ...historyOf([]), incidents: 1 } }, /more of a history/],
  ])("that was %s counts no more, but for rejections", (_how, changes, reason) => {
    const known = knownRequest([comment("bob"), comment("carol", { body: "/reject no" })], changes);
    expect(voidBecause(known, sampleAsked)).toMatch(reason);
    expect(said(known, ["bob", "carol"])).toMatchObject([{ by: "carol", answer: "reject" }]);
  });

  it.each<[string, string, History]>([
    ["a box is ticked", ticked, historyOf([body, ticked])],
    ["a box is ticked and unticked", body, historyOf([body, ticked, body])],
    ["GitHub ends lines its own way", body.replaceAll("\n", "\r\n"), historyOf([])],
    [
      "a comment is deleted",
      body,
      historyOf([], [{ kind: "commentDeleted", author: "bob", at: "2026-03-02T10:00:09Z" }]),
    ],
  ])("stays when %s", (_what, now, history) => {
    expect(voidBecause(knownRequest([], { body: now, history }), sampleAsked)).toBeNull();
  });

  it("doesn't stay when a box's text is changed with its tick", () => {
    const other = ticked.replace("Database migrations reviewed", "Database migrations not reviewed");
    expect(voidBecause(knownRequest([], { body: other }), sampleAsked)).not.toBeNull();
  });
});

describe("a request that the ledger says is about something", () => {
  const other = `sha256:${"99".repeat(32)}`;

  /** An issue about something else, which an event of the ledger calls one about this. */
  function pointedAt(text: string): string | null {
    return voidBecause(knownRequest([], { request: { ...request, body: text }, body: text }), sampleAsked);
  }

  it.each<[string, object, string]>([
    ["environment", { environment: "uat" }, "environment"],
    ["service", { service: "org1/react-ui-2" }, "service"],
    ["revision", { revision: other }, "revision"],
    ["plan", { plan: other }, "plan"],
    ["plan and revision", { plan: other, revision: other }, "revision, another plan"],
  ])("counts only if its own text has that %s", (_what, changes, differs) => {
    const text = requestText({ ...sampleTold, asked: { ...sampleAsked, ...changes } }).body;
    expect(pointedAt(text)).toBe(`${request.url} is about something else: its text has another ${differs}`);
  });

  it("counts only if its own text has that image", () => {
    const image = `registry.example.com/org1/react-ui@${other}`;
    expect(pointedAt(requestText({ ...sampleTold, image }).body)).toMatch(/its text has another image$/);
  });

  it.each([sampleTold.run, null])("counts only if who asked is who its text says (run: %s)", (run) => {
    const { body: text } = requestText({ ...sampleTold, by: "bob", run });
    expect(pointedAt(text)).toMatch(/its text has another requester$/);
    const { body: own } = requestText({ ...sampleTold, run });
    expect(pointedAt(own)).toBeNull();
  });

  it.each<[string, (text: string) => string]>([
    ["in a place of its own", (text) => `${text}\n\n| Image | \`${sampleTold.image}\` |\n`],
    ["twice", (text) => text.replace("| Image |", `| Image | \`${sampleTold.image}\` |\n| Image |`)],
    ["within another", (text) => text.replace(`@${other}\``, `@${other}\` \`${sampleTold.image}\``)],
  ])("isn't taken for it because the image stands there %s", (_how, change) => {
    const image = `registry.example.com/org1/react-ui@${other}`;
    expect(pointedAt(change(requestText({ ...sampleTold, image }).body))).toMatch(/another image$/);
  });

  it("is of no use without the table", () => {
    expect(pointedAt("Approve")).toMatch(
      /another environment, another service, another image, another revision, another plan, another requester$/,
    );
  });
});
