import type { Rule } from "../rule.ts";

/** Issues are opened in a repository, and read by a token. */
export const approvalOnGithub: Rule = {
  name: "approval-on-github",
  check: ({ gates, named }) => {
    if (!gates?.approval || !gates.approval.github || named.keys.includes("github")) return [];
    const message = "expected the repository in which issues are opened, since gates.approval.github is there";
    return [{ path: ["github"], message }];
  },
};
