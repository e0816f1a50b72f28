import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { approvalOnGithub } from "./approval-on-github.ts";

const gates = { approval: { github: { users: ["alice", "bob"] } } };
const github = { repository: "org1/deliveries", token: { secret: { env: "GITHUB_TOKEN" } } };

describe(approvalOnGithub.name, () => {
  it("wants to know the repository where people are asked", () => {
    expect(findings(approvalOnGithub, { gates })).toEqual([
      "github: expected the repository in which issues are opened, since gates.approval.github is there",
    ]);
    expect(findings(approvalOnGithub, { gates, github })).toEqual([]);
    expect(findings(approvalOnGithub, {})).toEqual([]);
    expect(findings(approvalOnGithub, { gates: { approval: { approvers: {} } } })).toEqual([]);
  });
});
