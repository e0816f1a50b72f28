import fc from "fast-check";
import { expect } from "vitest";
import { corruptions } from "./corruptions.ts";

type Gate<Inputs> = (inputs: Inputs) => { readonly allowed: boolean; readonly reason: string };

/** Inputs of a gate to begin with, and what may be put into them. */
export interface Beginning<Inputs> {
  readonly allowed: readonly Inputs[];
  readonly denied: readonly Inputs[];
  /** What is no spoilt input but another one that is right, and says something else on purpose: `windows = false`. */
  readonly meant?: readonly string[];
}

/**
 * Holds a gate to this: no input that is gone or spoilt turns deny into allow, at any depth. From inputs that it denies, by
 * every single one; from inputs that it allows, by every single one that makes it deny, and then one more elsewhere. It
 * must always answer, too, and say why.
 */
export function expectNeverOpens<Inputs>(gate: Gate<Inputs>, { allowed, denied, meant = [] }: Beginning<Inputs>): void {
  for (const inputs of denied) {
    expect(gate(inputs).allowed).toBe(false);
    const opened = corruptions(inputs).filter(({ spoilt }) => answerOf(gate, spoilt) !== "denies");
    expect(opened.map(({ where }) => where).filter((where) => !meant.includes(where))).toEqual([]);
  }
  for (const inputs of allowed) {
    expect(gate(inputs).allowed).toBe(true);
    const once = corruptions(inputs);
    expect(once.filter(({ spoilt }) => answerOf(gate, spoilt) === "throws")).toEqual([]);
    const closed = once.filter(({ spoilt }) => answerOf(gate, spoilt) === "denies");
    expect(closed.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.constantFrom(...closed), fc.nat(), (first, way) => {
        const more = corruptions(first.spoilt).filter(
          ({ where }) => !meant.includes(where) && isElsewhere(first.where, where),
        );
        const second = more[way % Math.max(more.length, 1)];
        return second === undefined || answerOf(gate, second.spoilt) === "denies";
      }),
      { numRuns: 300, seed: 1 },
    );
  }
}

function answerOf<Inputs>(gate: Gate<Inputs>, spoilt: unknown): "allows" | "denies" | "throws" {
  try {
    const { allowed, reason } = gate(spoilt as Inputs);
    return allowed || reason === "" ? "allows" : "denies";
  } catch {
    return "throws";
  }
}

/** What is spoilt again is spoilt otherwise, and may be right. */
function isElsewhere(first: string, second: string): boolean {
  const [a, b] = [pathOf(first), pathOf(second)];
  return !`${a}.`.startsWith(`${b}.`) && !`${b}.`.startsWith(`${a}.`);
}

function pathOf(where: string): string {
  return where.replace(/ (= .*|is gone)$/s, "");
}
