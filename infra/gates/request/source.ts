import { z } from "zod";

const moment = z.iso.datetime();

/** An issue on which people are asked for their approval, as the ledger has it. */
export const requestSchema = z.strictObject({
  /** `owner/name` */
  repository: z.string().min(1),
  issue: z.int().min(1),
  /** For people. */
  url: z.string().min(1),
  /** Who asked: doesn't count among those who agree. */
  by: z.string(),
  /** What they are shown. */
  title: z.string(),
  body: z.string(),
  /** Hash of the report of breaking changes that they are shown; null when there was none. */
  breaking: z.string().nullable(),
  /** Whether a rollout of the same image came to its end since: what was said here was for that one. */
  isUsed: z.boolean(),
});

/** One comment below it. */
export const commentSchema = z.strictObject({
  /** Empty where the account was deleted. */
  author: z.string(),
  /** Neither a bot nor an app. */
  isPerson: z.boolean(),
  /** In one of the teams that may approve. */
  isMember: z.boolean(),
  body: z.string(),
  /** ISO 8601. Differ once it was edited, by its author or by anybody who may. */
  createdAt: moment,
  updatedAt: moment,
});

/** Something after which what was said may not be what is to be read now. */
const incidentSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("closed") }),
  z.strictObject({ kind: z.literal("renamed") }),
  /** `author`: of the comment; null where nobody knows. */
  z.strictObject({ kind: z.literal("commentDeleted"), author: z.string().nullable(), at: moment }),
]);

/** What GitHub remembers of the issue since it was opened. The numbers are GitHub's: with fewer below, some are unknown. */
export const historySchema = z.strictObject({
  edits: z.int().min(0),
  /** Its text as of each edit; null where GitHub doesn't show it any more. */
  texts: z.array(z.string().nullable()).readonly(),
  incidents: z.int().min(0),
  happened: z.array(incidentSchema).readonly(),
});

export const knownSchema = z.strictObject({
  kind: z.literal("known"),
  request: requestSchema,
  isOpen: z.boolean(),
  /** Whether it was opened by the account that asks now. */
  isOwn: z.boolean(),
  title: z.string(),
  body: z.string(),
  /** Oldest first. */
  comments: z.array(commentSchema).readonly(),
  history: historySchema,
});

export type Request = Readonly<z.infer<typeof requestSchema>>;
export type Comment = Readonly<z.infer<typeof commentSchema>>;
export type History = Readonly<z.infer<typeof historySchema>>;
export type KnownRequest = Readonly<z.infer<typeof knownSchema>>;

export const requestSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("unknown"), request: requestSchema, reason: z.string() }),
  knownSchema,
]);

/** What there is of a request just now. */
export type RequestSource = Readonly<z.infer<typeof requestSourceSchema>>;
