import type { Comment, RequestSource } from "../request/source.ts";

type Known = Extract<RequestSource, { kind: "known" }>;

const request = {
  repository: "org1/deliveries",
  issue: 12,
  url: "https://github.example.com/org1/deliveries/issues/12",
  by: "alice",
  title: "Approve org1/react-ui 1.4.2 for prod",
  body: "- [ ] tests passed\n\nDigest",
  breaking: null,
};

/** An open request, as it was opened, with these comments. */
export function knownRequest(
  comments: readonly Comment[],
  changes: Partial<Omit<Known, "kind" | "comments">> = {},
): Known {
  return { kind: "known", request, isOpen: true, title: request.title, body: request.body, comments, ...changes };
}

/** `/approve`, unless changed. */
export function comment(author: string, changes: Partial<Comment> = {}): Comment {
  const at = "2026-03-02T10:00:00Z";
  return { author, isPerson: true, isMember: false, body: "/approve", createdAt: at, updatedAt: at, ...changes };
}
