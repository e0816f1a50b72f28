import type { EventOf } from "../../ledger/event.ts";
import type { Target } from "../../model/notice.ts";
import { digestOf, type Release } from "../../model/release.ts";
import type { SlotName } from "../../model/slot.ts";
import type { Written } from "../spooled.ts";
import type { Change } from "./change.ts";

/** The release that a state change is about to bring to the users, or has brought. */
export function targetOf({ rollout, written, before }: Change): Target {
  const back = wayBackOf(before, written);
  if (back === null) return asTarget(rollout.purpose, rollout.release);
  return asTarget("rollback", releaseIn(before, back.to) ?? rollout.release);
}

/** What a slot holds. */
export function releaseIn(before: readonly Written[], slot: SlotName): Release | null {
  const last = before.findLast(({ event }) => event.kind === "filled" && event.slot === slot)?.event;
  return last?.kind === "filled" ? last.revision.release : null;
}

/** A way back to the slot that is still warm, where the event is of one. */
function wayBackOf(before: readonly Written[], { event }: Written): EventOf<"reverting"> | null {
  if (event.kind === "reverting") return event;
  if (event.kind !== "reverted" && event.kind !== "revertFailed") return null;
  const begun = before.findLast((one) => one.event.kind === "reverting" && one.event.rollout === event.rollout)?.event;
  return begun?.kind === "reverting" ? begun : null;
}

function asTarget(purpose: Target["purpose"], { version, image, commit }: Release): Target {
  return { purpose, version, digest: digestOf(image), commit: commit ?? null };
}
