import { z } from "zod";
import { lastWords, rejectedBy } from "../../gates/heard.ts";
import { checkApproval } from "../../gates/signed/approval.ts";
import { answersIn } from "../../ledger/answered.ts";
import { digest } from "../../model/release.ts";
import type { RolloutState } from "../../rollout/state.ts";
import type { Run } from "../context.ts";

/** What the approval gate kept of its inputs: what it was about, and how many signed answers there were. */
const judged = z.object({
  environment: z.string(),
  service: z.string(),
  digest,
  revision: digest,
  plan: digest,
  signed: z.int().min(0),
});

/**
 * Somebody who may approve a rollout says no while it is under way: that brings it back as long as the markers don't move
 * yet, and blames nobody. What goes back for a reason of its own keeps that one. Nothing is asked for it: a look that
 * appends, and one that waits for people, takes in what they said meanwhile.
 */
export function heedRejection(run: Run, before: RolloutState, after: RolloutState, now: number): RolloutState {
  const isUnderWay = before.phase === "preparing" || before.phase === "verifying" || before.phase === "shifting";
  if (!isUnderWay || after.phase === "rollingBack") return after;
  const reason = rejectedSince(run);
  return reason === null ? after : { phase: "rollingBack", reason, blamed: false, since: now };
}

/** Who rejected just this by their key since its gates let it in, in words; null when nobody did, or nobody was asked. */
function rejectedSince({ journal, id, gates }: Run): string | null {
  if (!gates.approval) return null;
  const gate = journal.entries.findLast(
    ({ event }) => event.kind === "gate" && event.rollout === id && event.gate === "approval",
  )?.event;
  const parsed = judged.safeParse(gate?.kind === "gate" ? gate.inputs : null);
  if (!parsed.success) return null;
  const { signed, ...asked } = parsed.data;
  const { approvers } = gates.approval;
  const since = answersIn(journal.entries).slice(signed);
  const said = since.flatMap((answer) => {
    const checked = checkApproval(answer, asked, approvers);
    return checked.kind === "valid" ? [checked.statement.predicate] : [];
  });
  const against = [...lastWords(said).values()].filter(({ answer }) => answer === "reject");
  return against.length === 0 ? null : rejectedBy(against);
}
