import type { EventOf } from "../../ledger/event.ts";
import type { SlotName } from "../../model/slot.ts";
import { standing } from "../../rollout/in-words.ts";
import { shareInWords, shareOf } from "../../rollout/share.ts";
import type { Written } from "../spooled.ts";
import { type Change, pageOf } from "./change.ts";
import type { About } from "./notice.ts";
import { releaseIn } from "./target.ts";

/** What has happened, in one line. */
export function summaryOf({ environment, service }: About, change: Change): string {
  return `${service} ${change.rollout.release.version} in ${environment}: ${stateInWords(change)}`;
}

function stateInWords({ kind, rollout: { plan, purpose }, written, before }: Change): string {
  const { event, by } = written;
  switch (kind) {
    case "refused":
      return "refused, nothing was touched";
    case "approvalNeeded":
      return "waits for people to agree, nothing was touched";
    case "started":
      return `${purpose} started by ${by}${plan ? `, ${plan.strategy}` : ""}`;
    case "step": {
      const { index } = event as EventOf<"step">;
      return plan ? standing(plan, { phase: "shifting", index, since: 0, strikes: 0 }) : `step ${index + 1}`;
    }
    case "paused": {
      const step = plan?.steps[(event as EventOf<"step">).index];
      return `waits for a person${step ? `, with ${shareInWords(shareOf(step))}` : ""}`;
    }
    case "held":
      return "waits for its window to open, with what it has";
    case "promoted":
      return purpose === "rollback" ? "gone back to, it serves all users" : "promoted, it serves all users";
    case "rolledBack": {
      const { settled } = event as EventOf<"rolledBack">;
      return `rolled back, ${settled ? `${versionIn(before, settled)} serves all users` : "nothing is settled"}`;
    }
    case "stranded":
      return `stranded, nobody saw it go back on ${(event as EventOf<"stranded">).hosts.join(", ")}`;
    case "reverting":
      return `${by} takes it back to ${versionIn(before, (event as EventOf<"reverting">).to)}`;
    case "reverted":
      return `taken back, ${versionIn(before, (event as EventOf<"reverted">).slot)} serves all users`;
    case "revertFailed":
      return "could not be taken back, it serves all users still";
  }
}

/** What a person does now, in lines. */
export function nextFor({ environment, service }: About, { kind, rollout, written }: Change): readonly string[] {
  const call = (verb: string, more = "") => `sluice ${verb} ${environment} ${service}${more}`;
  const { version, image } = rollout.release;
  const release = ` ${version} --image ${image}`;
  switch (kind) {
    case "refused":
      return [`What is missing: ${call("gates", release)}`];
    case "approvalNeeded": {
      const page = pageOf(written, rollout);
      return [
        ...(page === null ? [] : [`Agree, or keep it out, by a comment: ${page}`]),
        `Agree, by your own key: ${call("approve", `${release} --key <file>`)}`,
        `Keep it out: ${call("reject", `${release} --key <file> --reason <why>`)}`,
        `Then, unless somebody waits for it, ask for it again: ${call("rollout", release)}`,
      ];
    }
    case "started":
    case "step":
      return [];
    case "paused":
      return [`Go on: ${call("continue")}`, `Go back: ${call("abort")}`];
    case "held":
      return [`It goes on by itself once a window opens. Go back: ${call("abort")}`];
    case "promoted":
      return [`Go back: ${call("rollback")}`];
    case "rolledBack":
    case "reverted": {
      const { quarantined } = rollout;
      const lift =
        quarantined === null ? [] : [`Let it in again: ${call("quarantine lift", ` ${quarantined} --reason <why>`)}`];
      return [`What happened: ${call("history", ` --rollout ${rollout.id}`)}`, ...lift];
    }
    case "stranded":
      return [`Bring it to an end once every host answers: ${call("resume")}`];
    case "reverting":
      return [`If that isn't seen through: ${call("resume")}`];
    case "revertFailed":
      return [`Try again: ${call("rollback")}`];
  }
}

function versionIn(before: readonly Written[], slot: SlotName): string {
  return releaseIn(before, slot)?.version ?? slot;
}
