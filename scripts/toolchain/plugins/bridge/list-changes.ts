import type { Json } from "../shared/rpc.ts";
import { isArray } from "../shared/values.ts";

export interface ItemChange {
  readonly index: number;
  readonly kind: "ADD" | "DELETE" | "UPDATE";
}

/** A list's changes as the fewest insertions and removals; both at one index are an update there. */
export function compareLists(before: Json, after: Json): ItemChange[] {
  if (!isArray(before) || !isArray(after)) return [];
  const kept = longestCommon(before, after);
  const removed = indexesWithout(
    before.length,
    kept.map(([index]) => index),
  );
  const added = indexesWithout(
    after.length,
    kept.map(([, index]) => index),
  );
  const indexes = [...new Set([...removed, ...added])].sort((a, b) => a - b);
  return indexes.map((index) => ({ index, kind: kindOf(removed.has(index), added.has(index)) }));
}

function kindOf(removed: boolean, added: boolean): ItemChange["kind"] {
  if (removed && added) return "UPDATE";
  return added ? "ADD" : "DELETE";
}

function indexesWithout(length: number, kept: readonly number[]): Set<number> {
  const all = new Set(Array.from({ length }, (_, index) => index));
  for (const index of kept) all.delete(index);
  return all;
}

/** Pairs of indexes of a longest common subsequence. */
function longestCommon(a: readonly Json[], b: readonly Json[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
