import { describe, expect, it } from "vitest";
import { answerIn, answersOn, voidBecause } from "./answers.ts";
import { comment, knownRequest } from "../testing/requests.ts";

describe("an answer in a comment", () => {
  it.each([
    ["/approve", { answer: "approve", reason: "" }],
    ["Looks good to me.\r\n/approve\r\nThanks!", { answer: "approve", reason: "" }],
    ["/Approve  ", { answer: "approve", reason: "" }],
    ["/approve seen the report", { answer: "approve", reason: "seen the report" }],
    ["/reject the report is wrong", { answer: "reject", reason: "the report is wrong" }],
    ["/approve\n/reject on second thoughts", { answer: "reject", reason: "on second thoughts" }],
    ["```\nsome log\n```\n/approve", { answer: "approve", reason: "" }],
  ])("is found in %j", (body, expected) => {
    expect(answerIn(body)).toEqual(expected);
  });

  it.each([
    "",
    "approve",
    "/approved",
    "/approve-all",
    "I would /approve",
    " /approve",
    "> /approve",
    "`/approve`",
    "```\n/approve\n```",
    "~~~\n/approve",
    "/ approve",
  ])("isn't found in %j", (body) => {
    expect(answerIn(body)).toBeNull();
  });
});

describe("answers on a request", () => {
  it("are those of the people named, in any case, and of the teams' members", () => {
    const comments = [
      comment("Bob"),
      comment("carol", { isMember: true }),
      comment("mallory"),
      comment("dave", { body: "nice" }),
    ];
    expect(answersOn(knownRequest(comments), ["bob", "dave"]).map(({ by }) => by)).toEqual(["Bob", "carol"]);
  });

  it("of bots are none", () => {
    expect(answersOn(knownRequest([comment("bob", { isPerson: false })]), ["bob"])).toEqual([]);
  });

  it("that were edited approve nothing, and reject all the same", () => {
    const edited = { updatedAt: "2026-03-02T10:00:01Z" };
    expect(answersOn(knownRequest([comment("bob", edited)]), ["bob"])).toEqual([]);
    const rejection = comment("bob", { ...edited, body: "/reject broken" });
    expect(answersOn(knownRequest([rejection]), ["bob"])).toMatchObject([{ answer: "reject", reason: "broken" }]);
  });

  it.each<[string, Parameters<typeof knownRequest>[1]]>([
    ["closed", { isOpen: false }],
    ["edited", { body: "- [ ] tests passed\n\nAnother digest" }],
    ["renamed", { title: "Approve something else" }],
  ])("that was %s since count no more, but for rejections", (_how, changes) => {
    const request = knownRequest([comment("bob"), comment("carol", { body: "/reject no" })], changes);
    expect(voidBecause(request)).toMatch(/^https:.*(closed|edited)/);
    expect(answersOn(request, ["bob", "carol"])).toMatchObject([{ by: "carol", answer: "reject" }]);
  });

  it("stay when somebody ticks a box, or GitHub ends lines its own way", () => {
    const request = knownRequest([comment("bob")], { body: "- [x] tests passed\r\n\r\nDigest" });
    expect(voidBecause(request)).toBeNull();
    expect(answersOn(request, ["bob"])).toHaveLength(1);
  });

  it("don't stay when a box's text is changed with its tick", () => {
    expect(voidBecause(knownRequest([], { body: "- [x] tests didn't pass\n\nDigest" }))).not.toBeNull();
  });
});
