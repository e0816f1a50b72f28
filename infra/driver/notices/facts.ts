import { usersOf } from "../../ledger/attested.ts";
import type { Plan } from "../../model/plan.ts";
import type { Notice } from "../../model/notice.ts";
import { shareInWords, shareOf } from "../../rollout/share.ts";
import type { Change } from "./change.ts";

type Facts = Notice["facts"];

/** Figures and circumstances of a state change, as far as the ledger has them. */
export function factsOf({ kind, rollout, written: { event, at } }: Change): Facts {
  switch (kind) {
    case "refused":
    case "approvalNeeded":
      if (event.kind === "asked") return [fact("Asked on", event.url), fact("Image", rollout.release.image)];
      return rollout.gates.filter(({ allowed }) => !allowed).map(({ gate, reason }) => fact(`Gate ${gate}`, reason));
    case "started":
      return [
        ...(rollout.plan ? [fact("Plan", planInWords(rollout.plan))] : []),
        fact("Slots", `${rollout.settledBefore ?? "none"} → ${rollout.candidate ?? "none"}`),
        fact("Image", rollout.release.image),
        ...(rollout.release.commit === undefined ? [] : [fact("Commit", rollout.release.commit)]),
      ];
    case "step":
    case "paused":
    case "held":
      return usersFacts(rollout);
    case "promoted":
      return [...usersFacts(rollout), fact("Took", inMinutes(rollout.requestedAt, at))];
    case "rolledBack":
    case "reverted":
      return [
        ...usersFacts(rollout),
        ...(rollout.rollbackMilliseconds === null
          ? []
          : [fact("Back after", `${Math.round(rollout.rollbackMilliseconds)} ms, seen on every gateway`)]),
        fact("Quarantine", rollout.quarantined ?? "no"),
      ];
    case "stranded":
      return event.kind === "stranded" ? [fact("Not seen on", event.hosts.join(", "))] : [];
    case "reverting":
    case "revertFailed":
      return [];
  }
}

function fact(name: string, value: string): Facts[number] {
  return { name, value };
}

/** What the candidate's users got in the looks until now; nothing before the first. */
function usersFacts({ looks, candidate }: Change["rollout"]): Facts {
  const { looks: counted, requests, errors, worstP95Milliseconds } = usersOf(looks, candidate);
  if (counted === 0) return [];
  const percent = requests === 0 ? "" : ` (${((100 * errors) / requests).toFixed(2)} %)`;
  return [
    fact("Its users' requests", `${requests} in ${counted} looks, ${errors} failed${percent}`),
    ...(worstP95Milliseconds === null ? [] : [fact("Worst p95", `${Math.round(worstP95Milliseconds)} ms`)]),
  ];
}

function planInWords({ steps }: Plan): string {
  if (steps.length === 0) return "verified, then all clients: nothing served before";
  const each = steps.map(
    (step) => shareInWords(shareOf(step)) + (step.kind === "pause" ? ", until a person goes on" : ""),
  );
  return each.join("; ");
}

function inMinutes(from: string, to: string): string {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
