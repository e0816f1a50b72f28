import { z } from "zod";
import { type Envelope, envelopeSchema } from "../model/envelope.ts";
import { digest } from "../model/release.ts";
import { type ApprovalSettings, approvalSettings } from "../model/settings/approval.ts";
import { problems } from "./problems.ts";
import { answersOn, type Spoken, voidBecause, type Withdrawn, withdrawnOn } from "./request/answers.ts";
import { type RequestSource, requestSourceSchema } from "./request/source.ts";
import { type Asked, checkApproval } from "./signed/approval.ts";
import { maxSkewMs } from "./signed/skew.ts";

export interface ApprovalInputs {
  readonly settings: ApprovalSettings;
  readonly asked: Asked;
  /** Who asks for the rollout. */
  readonly by: string;
  /** What people signed, oldest first, to this and to other releases. */
  readonly answers: readonly Envelope[];
  /** So many of them, the first ones, were there when a rollout of this image came to its end: they approve no other. */
  readonly used: number;
  /** Where people were asked for just this. */
  readonly request: RequestSource;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What isn't as it should be is no reason to let anything in: a rejection may be behind it. */
const inputsSchema = z.strictObject({
  settings: approvalSettings,
  asked: z.strictObject({
    environment: z.string().min(1),
    service: z.string().min(1),
    digest,
    revision: digest,
    plan: digest,
  }),
  by: z.string(),
  answers: z.array(envelopeSchema),
  used: z.int().min(0),
  request: requestSourceSchema,
  now: z.number(),
});

/** What people said, by what it counts for. */
export interface Heard {
  /** Answers that count, of those who agreed and didn't ask for it themselves. */
  readonly approved: readonly Spoken[];
  readonly rejected: readonly Spoken[];
  /** Whose agreement is too old. */
  readonly expired: readonly string[];
  /** Whose agreement was for an earlier rollout of the same image. */
  readonly used: readonly string[];
  /** Who agreed before a comment of theirs was edited or deleted, which may have said otherwise. */
  readonly withdrawn: readonly string[];
  /** What others agreed to in place of this: `revision`, `plan`. */
  readonly outdated: readonly string[];
  /** Why what was written doesn't count; null when it does, or nobody was asked. */
  readonly problem: string | null;
  /** Nobody knows what was written: somebody may be against it. */
  readonly isUnknown: boolean;
  /** Who it was asked by can't be told, so anybody's agreement might be their own. */
  readonly isUnasked: boolean;
}

/** The last word of each person counts, whether signed or written below the request. */
export function hear(inputs: ApprovalInputs): Heard {
  const { settings, by, request, now } = inputs;
  const { expiresHours, github } = settings;
  const unreadable = problemIn(inputs);
  if (unreadable !== null) return { ...nothingHeard, problem: unreadable };
  const signed = signedAnswers(inputs);
  const written = github ? writtenAnswers(inputs, github.users) : nothingWritten;
  const said = [...signed.spoken, ...written.spoken];
  const lost = said.filter((one) => one.answer === "approve" && isWithdrawn(one, written.withdrawn));
  const all = [...lastWords(said.filter((one) => !lost.includes(one))).values()];
  const isUnasked = !askersOf({ by, request }).every((asker) => typeof asker === "string" && asker !== "");
  const isFresh = ({ at }: Spoken) => {
    const age = now - Date.parse(at);
    return Number.isFinite(expiresHours) && age >= -maxSkewMs && age < expiresHours * 3_600_000;
  };
  const agreed = all.filter(({ answer }) => answer === "approve");
  const unused = agreed.filter((one) => !signed.used.has(one));
  return {
    approved: unused.filter((one) => !isUnasked && isOther(inputs, one.by) && isFresh(one)),
    rejected: all.filter(({ answer }) => answer !== "approve"),
    expired: unused.filter((one) => !isFresh(one)).map((one) => one.by),
    used: agreed.filter((one) => signed.used.has(one)).map((one) => one.by),
    withdrawn: [...new Set(lost.map((one) => one.by))].filter((name) => !unused.some((one) => isSame(one.by, name))),
    outdated: signed.outdated,
    problem: written.problem,
    isUnknown: written.isUnknown,
    isUnasked,
  };
}

const nothingHeard: Heard = {
  approved: [],
  rejected: [],
  expired: [],
  used: [],
  withdrawn: [],
  outdated: [],
  problem: null,
  isUnknown: true,
  isUnasked: false,
};

function problemIn(inputs: ApprovalInputs): string | null {
  const { error } = inputsSchema.safeParse(inputs);
  if (!error) return null;
  return `what was asked and answered can't be judged: ${problems(error)}`;
}

/** Whether so many of those who may have agreed, and nobody is against it, or may be. */
export function isAgreed({ rejected, isUnknown }: Heard, approvals: number, required: number): boolean {
  // A number of approvals that can't be read is never reached.
  const isEnough = Number.isInteger(required) && required >= 1 && approvals >= required;
  return rejected.length === 0 && !isUnknown && isEnough;
}

/** Whether this is somebody else than who asks. GitHub's logins are the same in upper and lower case. */
export function isOther(inputs: Pick<ApprovalInputs, "by" | "request">, name: string): boolean {
  return askersOf(inputs).every((asker) => typeof asker !== "string" || asker === "" || !isSame(asker, name));
}

function askersOf({ by, request }: Pick<ApprovalInputs, "by" | "request">): readonly unknown[] {
  return [by, ...(request.kind === "none" ? [] : [request.request.by])];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function signedAnswers({ answers, used, asked, settings: { approvers } }: ApprovalInputs) {
  const spoken: Spoken[] = [];
  const usedUp = new Set<Spoken>();
  const outdated = new Set<string>();
  for (const [index, answer] of answers.entries()) {
    const checked = checkApproval(answer, asked, approvers);
    if (checked.kind === "valid") {
      const said = checked.statement.predicate;
      spoken.push(said);
      if (index < used) usedUp.add(said);
    } else if (checked.differs === "revision" || checked.differs === "plan") outdated.add(checked.differs);
  }
  return { spoken, used: usedUp, outdated: [...outdated] };
}

interface Written {
  readonly spoken: readonly Spoken[];
  readonly withdrawn: readonly Withdrawn[];
  readonly problem: string | null;
  readonly isUnknown: boolean;
}

const nothingWritten: Written = { spoken: [], withdrawn: [], problem: null, isUnknown: false };

function writtenAnswers({ request, asked }: ApprovalInputs, users: readonly string[]): Written {
  switch (request.kind) {
    case "none":
      return nothingWritten;
    case "unknown":
      return {
        ...nothingWritten,
        problem: `${request.request.url} can't be read: ${request.reason}`,
        isUnknown: true,
      };
    case "known":
      return {
        spoken: answersOn(request, users, asked),
        withdrawn: withdrawnOn(request, users),
        problem: voidBecause(request, asked),
        isUnknown: false,
      };
  }
}

/** GitHub's times are whole seconds: what was said within the same one may have been before. */
const second = 1_000;

function isWithdrawn(one: Spoken, withdrawn: readonly Withdrawn[]): boolean {
  return withdrawn.some(
    ({ by, at }) => (by === null || isSame(by, one.by)) && !(momentOf(one) >= Date.parse(at) + second),
  );
}

/** By person. Of what somebody signed and what they wrote the later one counts. */
export function lastWords(spoken: readonly Spoken[]): ReadonlyMap<string, Spoken> {
  const last = new Map<string, Spoken>();
  for (const one of spoken) {
    const before = last.get(one.by.toLowerCase());
    if (before === undefined || momentOf(one) >= momentOf(before)) last.set(one.by.toLowerCase(), one);
  }
  return last;
}

/** Who is against it, and why; in words. */
export function rejectedBy(rejected: readonly Pick<Spoken, "by" | "reason">[]): string {
  return `rejected by ${rejected.map(({ by, reason }) => `${by} (${reason || "no reason given"})`).join(", ")}`;
}

/** A rejection whose time can't be read is the last word, an approval the first. */
function momentOf({ at, answer }: Spoken): number {
  const moment = Date.parse(at);
  return Number.isNaN(moment) ? (answer === "approve" ? -Infinity : Infinity) : moment;
}
