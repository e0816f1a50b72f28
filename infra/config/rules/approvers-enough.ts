import type { Rule } from "../rule.ts";

/** Fewer approvers than approvals let nothing in, and one person with two names is one person. */
export const approversEnough: Rule = {
  name: "approvers-enough",
  check: ({ fileName, gates }) => {
    if (gates === undefined) return [];
    const { approval } = gates;
    if (approval === undefined && fileName === "prod") {
      return [{ path: ["gates", "approval"], message: "expected who must agree to a release for prod, or false" }];
    }
    if (!approval) return [];
    const { approvers, github, required } = approval;
    const keys = Object.entries(approvers);
    const twice = keys.filter(([, key], index) => keys.findIndex(([, other]) => other === key) < index);
    const shared = twice.map(([name]) => ({
      path: ["gates", "approval", "approvers", name],
      message: "expected a key of their own, found another approver's",
    }));
    // How many a team has is for GitHub to know.
    if (github && github.teams.length > 0) return shared;
    const people = new Set([...Object.keys(approvers), ...(github?.users ?? [])].map((name) => name.toLowerCase()));
    if (people.size >= required) return shared;
    const message = `expected at least ${required}, as many as gates.approval.required, found ${people.size}`;
    const path = github ? ["gates", "approval", "github", "users"] : ["gates", "approval", "approvers"];
    return [...shared, { path, message }];
  },
};
