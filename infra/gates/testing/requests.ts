import type { Comment, History, KnownRequest } from "../request/source.ts";
import { requestText, type Told } from "../request/text.ts";
import { sampleDigest, sampleImage, sampleRevision } from "./statements.ts";

/** What people are asked in these tests. */
export const sampleAsked = {
  environment: "prod",
  service: "org1/react-ui",
  digest: sampleDigest,
  revision: sampleRevision,
  plan: `sha256:${"ef".repeat(32)}`,
};

export const sampleTold: Told = {
  asked: sampleAsked,
  version: "1.4.2",
  image: sampleImage,
  commit: "3f9c2ab",
  settled: "1.4.1",
  by: "alice",
  run: "https://github.example.com/org1/deliveries/actions/runs/7",
  plan: ["fill green with 1.4.2 on host-a", "give it 10 %"],
  gates: [],
  required: 2,
  approvers: ["bob", "org1/leads"],
  expiresHours: 72,
  pages: true,
};

const request = {
  repository: "org1/deliveries",
  issue: 12,
  url: "https://github.example.com/org1/deliveries/issues/12",
  by: "alice",
  ...requestText(sampleTold),
  breaking: null,
  isUsed: false,
};

/** Nothing became of it but comments. */
export const untouched: History = { edits: 0, texts: [], incidents: 0, happened: [] };

/** An open request, as it was opened, with these comments. */
export function knownRequest(
  comments: readonly Comment[],
  changes: Partial<Omit<KnownRequest, "kind" | "comments">> = {},
): KnownRequest {
  const { title, body } = request;
  return { kind: "known", request, isOpen: true, isOwn: true, title, body, comments, history: untouched, ...changes };
}

/** What became of it: its texts as of each edit, and what happened beside. */
export function historyOf(texts: History["texts"], happened: History["happened"] = []): History {
  return { edits: texts.length, texts, incidents: happened.length, happened };
}

/** `/approve`, unless changed. */
export function comment(author: string, changes: Partial<Comment> = {}): Comment {
  const at = "2026-03-02T10:00:00Z";
  return { author, isPerson: true, isMember: false, body: "/approve", createdAt: at, updatedAt: at, ...changes };
}
