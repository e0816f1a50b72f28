import type { Envelope } from "../model/envelope.ts";
import type { ApprovalSettings } from "../model/settings/approval.ts";
import { answersOn, type Spoken, voidBecause } from "./request/answers.ts";
import type { RequestSource } from "./request/source.ts";
import { type Asked, checkApproval } from "./signed/approval.ts";
import { maxSkewMs } from "./signed/skew.ts";

export interface ApprovalInputs {
  readonly settings: ApprovalSettings;
  readonly asked: Asked;
  /** Who asks for the rollout. */
  readonly by: string;
  /** What people signed, oldest first, to this and to other releases. */
  readonly answers: readonly Envelope[];
  /** Where people were asked for just this. */
  readonly request: RequestSource;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What people said, by what it counts for. */
export interface Heard {
  /** Answers that count, of those who agreed and didn't ask for it themselves. */
  readonly approved: readonly Spoken[];
  readonly rejected: readonly Spoken[];
  /** Whose agreement is too old. */
  readonly expired: readonly string[];
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
  const { spoken, outdated } = signedAnswers(inputs);
  const written = github ? writtenAnswers(request, github.users) : { spoken: [], problem: null };
  const all = [...lastWords([...spoken, ...written.spoken]).values()];
  const isUnasked = !askersOf({ by, request }).every((asker) => typeof asker === "string" && asker !== "");
  const isFresh = ({ at }: Spoken) => {
    const age = now - Date.parse(at);
    return Number.isFinite(expiresHours) && age >= -maxSkewMs && age < expiresHours * 3_600_000;
  };
  const agreed = all.filter(({ answer }) => answer === "approve");
  return {
    approved: agreed.filter((one) => !isUnasked && isOther(inputs, one.by) && isFresh(one)),
    rejected: all.filter(({ answer }) => answer !== "approve"),
    expired: agreed.filter((one) => !isFresh(one)).map((one) => one.by),
    outdated,
    problem: written.problem,
    isUnknown: github !== undefined && request.kind === "unknown",
    isUnasked,
  };
}

/** Whether so many of those who may have agreed, and nobody is against it, or may be. */
export function isAgreed({ rejected, isUnknown }: Heard, approvals: number, required: number): boolean {
  // A number of approvals that can't be read is never reached.
  const isEnough = Number.isInteger(required) && required >= 1 && approvals >= required;
  return rejected.length === 0 && !isUnknown && isEnough;
}

/** Whether this is somebody else than who asks. GitHub's logins are the same in upper and lower case. */
export function isOther(inputs: Pick<ApprovalInputs, "by" | "request">, name: string): boolean {
  return askersOf(inputs).every(
    (asker) => typeof asker !== "string" || asker === "" || asker.toLowerCase() !== name.toLowerCase(),
  );
}

function askersOf({ by, request }: Pick<ApprovalInputs, "by" | "request">): readonly unknown[] {
  return [by, ...(request.kind === "none" ? [] : [request.request.by])];
}

function signedAnswers({ answers, asked, settings: { approvers } }: ApprovalInputs): {
  readonly spoken: readonly Spoken[];
  readonly outdated: readonly string[];
} {
  const spoken: Spoken[] = [];
  const outdated = new Set<string>();
  for (const answer of answers) {
    const checked = checkApproval(answer, asked, approvers);
    if (checked.kind === "valid") spoken.push(checked.statement.predicate);
    else if (checked.differs === "revision" || checked.differs === "plan") outdated.add(checked.differs);
  }
  return { spoken, outdated: [...outdated] };
}

function writtenAnswers(
  request: RequestSource,
  users: readonly string[],
): { readonly spoken: readonly Spoken[]; readonly problem: string | null } {
  switch (request.kind) {
    case "none":
      return { spoken: [], problem: null };
    case "unknown":
      return { spoken: [], problem: `${request.request.url} can't be read: ${request.reason}` };
    case "known":
      return { spoken: answersOn(request, users), problem: voidBecause(request) };
  }
}

/** By person. Of what somebody signed and what they wrote the later one counts. */
function lastWords(spoken: readonly Spoken[]): ReadonlyMap<string, Spoken> {
  const last = new Map<string, Spoken>();
  for (const one of spoken) {
    const before = last.get(one.by.toLowerCase());
    if (before === undefined || momentOf(one) >= momentOf(before)) last.set(one.by.toLowerCase(), one);
  }
  return last;
}

/** A rejection whose time can't be read is the last word, an approval the first. */
function momentOf({ at, answer }: Spoken): number {
  const moment = Date.parse(at);
  return Number.isNaN(moment) ? (answer === "approve" ? -Infinity : Infinity) : moment;
}
