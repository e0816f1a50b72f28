import type { Step } from "../model/plan.ts";
import type { Share } from "../model/share.ts";

/** What a step's lease gives the candidate. */
export function shareOf({ kind, percent }: Step): Share {
  return kind === "shadow" ? { copies: percent } : percent;
}

/** Candidate's share of the clients in a step, in percent. */
export function clientsPercent({ kind, percent }: Step): number {
  return kind === "shadow" ? 0 : percent;
}

/** For people: what of the traffic comes to a slot. */
export function shareInWords(share: Share): string {
  if (typeof share === "object") return `copies of the safe requests of ${share.copies} % of the clients`;
  return share === 0 ? "testers only" : `${share} % of the clients`;
}
