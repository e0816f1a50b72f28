import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { approversEnough } from "./approvers-enough.ts";

const key = (letter: string) => `MCowBQYDK2VwAyEA${letter.repeat(42)}A=`;
const approval = (approvers: Record<string, string>, more: object = {}) => ({
  gates: { approval: { approvers, ...more } },
});

describe(approversEnough.name, () => {
  it("asks for nothing but in prod, where it wants a word about it", () => {
    expect(findings(approversEnough, {}, "uat")).toEqual([]);
    expect(findings(approversEnough, {}, "prod")).toEqual([
      "gates.approval: expected who must agree to a release for prod, or false",
    ]);
    expect(findings(approversEnough, { gates: { approval: false } }, "prod")).toEqual([]);
  });

  it("wants as many people as approvals, each with a key of their own", () => {
    const two = { alice: key("A"), bob: key("B") };
    expect(findings(approversEnough, approval(two))).toEqual([]);
    expect(findings(approversEnough, approval(two, { required: 3 }))).toEqual([
      "gates.approval.approvers: expected at least 3, as many as gates.approval.required, found 2",
    ]);
    expect(findings(approversEnough, approval({ ...two, alicia: key("A") }))).toEqual([
      "gates.approval.approvers.alicia: expected a key of their own, found another approver's",
    ]);
  });

  it("counts people once who may both sign and comment, and leaves teams to GitHub", () => {
    const github = (users: string[], teams: string[] = []) =>
      approval({ alice: key("A") }, { github: { users, teams } });
    expect(findings(approversEnough, github(["bob"]))).toEqual([]);
    expect(findings(approversEnough, github(["Alice"]))).toEqual([
      "gates.approval.github.users: expected at least 2, as many as gates.approval.required, found 1",
    ]);
    expect(findings(approversEnough, github([], ["leads"]))).toEqual([]);
  });
});
