import type { EventOf } from "../ledger/event.ts";
import type { Service } from "./context.ts";
import { askWarm } from "./warm-slot.ts";

type Left = Pick<EventOf<"started">, "plan" | "candidate" | "rollout">;

/**
 * Whether the slot that a rollout went back from stays as it is, until the next rollout fills it or `sluice retire` empties
 * it: users have pages of it open, which ask for more of their files. One that answers no more is of no use to them.
 */
export async function isLeftWarm(service: Service, { plan, candidate, rollout }: Left): Promise<boolean> {
  const hadUsers = service.journal.entries.some(
    ({ event }) => event.kind === "step" && event.rollout === rollout && event.percent > 0,
  );
  if (!plan.keepRolledBack || !hadUsers) return false;
  const { ill, away } = await askWarm(service, candidate, plan);
  return ill.length + away.length === 0;
}
