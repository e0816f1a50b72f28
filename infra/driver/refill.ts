import { declared } from "../ledger/declared.ts";
import { bringUp } from "./bring-up.ts";
import type { Run } from "./context.ts";
import { declareEmpty } from "./empty.ts";
import { previousFilling } from "./fillings.ts";
import { verifyAnswers } from "./routing.ts";

/** `recreate` runs one copy at a time: going back empties the candidate and fills the settled slot again. Repeatable. */
export async function refill(run: Run): Promise<void> {
  const { journal, settled, candidate } = run;
  if (!settled || !journal.has("emptied", run.id)) return;
  const { slots } = declared(journal.entries);
  const before = slots[settled] ?? previousFilling(journal.entries, settled);
  if (!before) return;
  if (slots[settled] && !slots[candidate] && (await verifyAnswers(run, settled)).kind === "healthy") return;
  if (slots[candidate]) await declareEmpty(run, candidate, run.id);
  if (!slots[settled]) {
    await bringUp(run);
    const { revision, revisionHash } = before;
    run.tell("step", `Filling ${settled} again with ${revision.release.version}`);
    await journal.append({ kind: "filled", rollout: run.id, slot: settled, revision, revisionHash });
  }
  await bringUp(run);
}
