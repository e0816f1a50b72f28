import { describe, expect, it } from "vitest";
import { answerIn } from "./answer-in.ts";

const approved = { answer: "approve", isForBreaking: false };
const rejected = (reason = "") => ({ answer: "reject", reason });

describe("an answer in a comment", () => {
  it.each([
    ["/approve", approved],
    ["Looks good to me.\r\n/approve\r\nThanks!", approved],
    ["/approve  \t", approved],
    ["/approve breaking", { answer: "approve", isForBreaking: true }],
    ["```\nsome log\n```\n/approve", approved],
    ["````\n```\n/reject\n````\n/approve", approved],
    ["<!-- /reject -->\n/approve", approved],
    ["<!--\n/reject\n-->\n/approve", approved],
    ["/reject no\n/approve", approved],
  ])("agrees: %j", (body, expected) => {
    expect(answerIn(body)).toEqual(expected);
  });

  it.each([
    ["/reject the report is wrong", "the report is wrong"],
    ["/Reject", ""],
    ["   /reject  late ", "late"],
    ["/reject: bad", "bad"],
    ["/reject, no", "no"],
    ["/reject!", ""],
    ["/reject\u00a0no", "no"],
    ["/reject - not today", "not today"],
    ["/approve\n/reject on second thoughts", "on second thoughts"],
    ["/reject\n/approve once tests pass", ""],
    // No fence has a backtick in what follows it.
    ["```x``` is broken\n/reject", ""],
    // A fence is closed by one of its own kind, as long.
    ["~~~\n```\n~~~\n/reject", ""],
    ["```\nlog\n`````\n/reject", ""],
    // A block in a list ends with it.
    ["- ```\n  log\n  ```\n/reject", ""],
    ["1. ```\n/reject", ""],
    ["- here:\n  ```\n  log\n/reject", ""],
    // No comment of HTML: it is code, or it has no end.
    ["`<!--`\n/reject\n`-->`", ""],
    ["a <!-- b\n/reject", ""],
    ["a <!-- b\n\n/reject\n\n-->", ""],
    ["<!-- a\n--> <!--\n/reject", ""],
  ])("rejects: %j", (body, reason) => {
    expect(answerIn(body)).toEqual(rejected(reason));
  });

  it.each([
    "",
    "approve",
    "/Approve",
    "/approved",
    "/approve-all",
    "/approve once tests pass",
    "/approve breaking, but not today",
    "/approve  breaking",
    "/approve.",
    "I would /approve",
    " /approve",
    "> /approve",
    "`/approve`",
    "/ approve",
    "```\n/approve\n```",
    "~~~\n/approve",
    "```\n~~~\n/approve\n```",
    "````\n```\n/approve",
    "```\n``` x\n/approve",
    "- ```\n  /approve\n  ```",
    "<!-- /approve -->",
    "<!--\n/approve\n-->",
    "see <!--\n/approve\n-->",
    "see <!--\n/approve",
    "/rejected",
    "/reject-all",
    "/reject_all",
    "/rejectä",
    "    /reject",
    "> /reject",
    "I would /reject",
    "```\n/reject\n```",
    "```\n/reject",
    "<!--\n/reject\n-->",
    "see <!--\n/reject\n-->",
  ])("isn't found in %j", (body) => {
    expect(answerIn(body)).toBeNull();
  });
});
