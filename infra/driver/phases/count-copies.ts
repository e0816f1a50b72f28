import { addTallies } from "../../gateway/observation.ts";
import { inWords, onEveryHost, type Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import { figuresOf, gapsIn, windowOf } from "../tallies.ts";
import { compare } from "./compare.ts";
import type { Look, Watch } from "./shift.ts";
import { askOwn, privately } from "./top-up.ts";

/**
 * What the candidate made of copies since the last look, beside what the settled slot made of the very same requests.
 * Counted by the hosts whatever counts users: copies aren't in a metrics source, which tells of users.
 */
export async function countCopies(run: Run, watch: Watch): Promise<Look> {
  const { plan, candidate, settled } = run;
  if (!plan.analysis || !settled) throw new Error("there is nothing to compare copies with");
  const counted = await onEveryHost(hostsWith(run, candidate), (host) =>
    host.observe(watch.cursors.get(host.name) ?? null),
  );
  if (counted.failed.length > 0) return { seen: { kind: "unknown", reason: inWords(counted.failed) }, figures: {} };
  for (const { host, value } of counted.done) watch.cursors.set(host, value.cursor);
  const gaps = gapsIn(counted);
  if (gaps !== "") return { seen: { kind: "unknown", reason: gaps }, figures: {} };
  const copies = addTallies(counted.done.map(({ value }) => value.shadow.copies));
  const originals = addTallies(counted.done.map(({ value }) => value.shadow.originals));
  const own = await askOwn(run, copies.requests, privately);
  const all = addTallies([copies, own.candidate.answers]);
  const figures = { [candidate]: figuresOf(all), [settled]: figuresOf(originals) };
  const slots = { candidate: windowOf(copies), settled: windowOf(originals) };
  return { ...compare(run, plan.analysis, watch, { slots, own, percent: 50 }), figures };
}
