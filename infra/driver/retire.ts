import { declared } from "../ledger/declared.ts";
import { RefusedError } from "../model/errors.ts";
import { otherSlot } from "../model/slot.ts";
import { bringUp } from "./bring-up.ts";
import type { Service } from "./context.ts";
import { unfinishedReason } from "./decide.ts";
import { declareEmpty } from "./empty.ts";
import { collect } from "./settle-down.ts";
import type { Outcome } from "./rollout.ts";

/** Empties the slot that isn't settled, once no client is connected to it. Going back is then a rollout of its own. */
export async function retire(service: Service): Promise<Outcome> {
  const { journal, tell } = service;
  await journal.catchUp();
  const unfinished = unfinishedReason(journal.entries);
  if (unfinished !== null) throw new RefusedError(unfinished);
  const { settled, slots } = declared(journal.entries);
  if (!settled) throw new RefusedError("nothing is settled: there is no slot to tell the other one by");
  const idle = otherSlot(settled);
  const version = slots[idle]?.revision.release.version;
  if (!version) return { kind: "nothingToDo", reason: `${idle} is empty already` };
  tell("step", `Emptying ${idle} (${version})`);
  await declareEmpty(service, idle, null);
  await bringUp(service);
  await collect(service);
  return { kind: "nothingToDo", reason: `${idle} is empty; ${version} is gone from every host` };
}
