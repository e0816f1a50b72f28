import { type Distribution, splitOf, type Stratum } from "./split.ts";

/**
 * An exact test of the candidate's total of bad requests that may be looked at after every window. Each look refuses
 * the most extreme totals that the chance spent so far allows (Lan and DeMets 1983, Biometrika 70:659; spent over watched
 * time, which doesn't depend on the outcome: 1989, Biometrika 76:607). All looks together never exceed `alpha`.
 */
export interface SpendingTest {
  /** Odds ratio that is tested. */
  readonly bound: number;
  /** Totals above what the bound explains are refused, or below. */
  readonly side: "above" | "below";
  readonly alpha: number;
  /** Standard deviation of the logarithm of the odds ratio that healthy slots have of their own, for good. */
  readonly own: number;
  /**
   * Whether a total that the chance doesn't cover whole is refused in part, so that a look spends all it may. For a look
   * that matters more than those after it; where many follow, what one leaves is spent better later, at higher odds.
   */
  readonly inPart: boolean;
}

interface Chances {
  readonly from: number;
  readonly chances: readonly number[];
}

/** Chances after a window, and what they are made of. */
interface Arrival extends Chances {
  readonly before: Chances;
  readonly split: Distribution;
}

export interface SpendingState {
  readonly spent: number;
  readonly total: number;
  /** Sum of the windows' variances of the split at the bound: what the windows can tell about the log odds ratio. */
  readonly information: number;
  /** Chance of each total that no look refused yet, for each of the slots' own differences. */
  readonly nodes: readonly Chances[];
  readonly refused: boolean;
  /** So many bad requests came together that the e-process tells as much; this test stops. */
  readonly closed: boolean;
}

/** Three-point Gauss-Hermite rule: a normal difference as three cases. */
const cases = [
  { shift: -Math.sqrt(3), weight: 1 / 6 },
  { shift: 0, weight: 2 / 3 },
  { shift: Math.sqrt(3), weight: 1 / 6 },
] as const;

/** Widest array of chances that is kept; beyond it the e-process has all the evidence it needs. */
const WIDEST = 1_500;
const NEGLIGIBLE = 1e-13;

export function beginSpending(test: SpendingTest): SpendingState {
  const nodes = casesOf(test).map(({ weight }) => ({ from: 0, chances: [weight] }));
  return { spent: 0, total: 0, information: 0, nodes, refused: false, closed: false };
}

/**
 * One window more. `allowed` says what share of `alpha` may be spent up to this look, by the information so far: the test
 * is conditional on the totals of bad requests, which the information depends on and nothing else.
 */
export function spend(
  test: SpendingTest,
  state: SpendingState,
  stratum: Stratum,
  allowed: (information: number) => number,
): SpendingState {
  if (state.refused || state.closed) return state;
  const arrivals = addWindow(test, state, stratum);
  const total = state.total + stratum.candidate.bad;
  const information = state.information + splitOf(stratum, test.bound).variance;
  if (arrivals.some(({ chances }) => chances.length > WIDEST)) {
    return { ...state, total, information, nodes: [], closed: true };
  }
  const share = Math.min(1, Math.max(0, allowed(information)));
  return refuse(test, { ...state, total, information }, arrivals, stratum.candidate.bad, share * test.alpha);
}

function casesOf({ own }: SpendingTest): readonly { readonly shift: number; readonly weight: number }[] {
  return own === 0 ? [{ shift: 0, weight: 1 }] : cases;
}

function addWindow(test: SpendingTest, state: SpendingState, stratum: Stratum): readonly Arrival[] {
  return casesOf(test).map(({ shift }, index) => {
    const before = state.nodes[index] ?? { from: 0, chances: [] };
    const split = splitOf(stratum, test.bound * Math.exp(shift * test.own));
    const chances = new Array<number>(before.chances.length + split.probabilities.length - 1).fill(0);
    before.chances.forEach((chance, i) => {
      if (chance === 0) return;
      split.probabilities.forEach((probability, j) => {
        chances[i + j] = (chances[i + j] ?? 0) + chance * probability;
      });
    });
    return { before, split, from: before.from + split.from, chances };
  });
}

/**
 * Takes the most extreme totals away for as long as the chance that may be spent covers them; then, if asked for, of the
 * next total what came with the most extreme last windows. Given the total all its histories have the same likelihood
 * ratio, so any part of them that the chance covers may be refused.
 */
function refuse(
  test: SpendingTest,
  state: SpendingState,
  arrivals: readonly Arrival[],
  last: number,
  allowed: number,
): SpendingState {
  const nodes = arrivals.map(({ from, chances }) => ({ from, chances: [...chances] }));
  let spent = state.spent;
  /** Goes inwards from the most extreme value and takes away what each one has; returns the first that stays. */
  const take = (ranges: readonly (readonly [from: number, length: number])[], parts: PartsOf, at: AtOf): number => {
    const lowest = Math.min(...ranges.map(([from]) => from));
    const highest = Math.max(...ranges.map(([from, length]) => from + length - 1));
    const inwards = test.side === "above" ? -1 : 1;
    let value = test.side === "above" ? highest : lowest;
    for (; value >= lowest && value <= highest; value += inwards) {
      const taken = parts(value);
      const chance = taken.reduce((sum, part) => sum + part, 0);
      if (!(spent + chance <= allowed)) break;
      spent += chance;
      nodes.forEach(({ from, chances }, index) => {
        const left = chances[at(value) - from];
        if (left !== undefined) chances[at(value) - from] = Math.max(0, left - (taken[index] ?? 0));
      });
    }
    return value;
  };
  const beyond = (value: number, edge: number): boolean => (test.side === "above" ? value > edge : value < edge);

  const totals = arrivals.map(({ from, chances }) => [from, chances.length] as const);
  const whole: PartsOf = (total) => nodes.map(({ from, chances }) => chances[total - from] ?? 0);
  const edge = take(totals, whole, (total) => total);
  let refused = beyond(state.total, edge);
  if (test.inPart) {
    const lasts = arrivals.map(({ split }) => [split.from, split.probabilities.length] as const);
    const part: PartsOf = (bad) =>
      arrivals.map(
        ({ before, split }) =>
          (before.chances[edge - bad - before.from] ?? 0) * (split.probabilities[bad - split.from] ?? 0),
      );
    const lastEdge = take(lasts, part, () => edge);
    refused ||= state.total === edge && beyond(last, lastEdge);
  }
  return { ...state, spent, refused, nodes: nodes.map(({ from, chances }) => trim(from, chances)) };
}

/** What each node has of a value, and at which total that lies. */
type PartsOf = (value: number) => readonly number[];
type AtOf = (value: number) => number;

function trim(from: number, chances: readonly number[]): Chances {
  let first = 0;
  let end = chances.length;
  while (first < end - 1 && (chances[first] ?? 0) < NEGLIGIBLE) first++;
  while (end > first + 1 && (chances[end - 1] ?? 0) < NEGLIGIBLE) end--;
  return { from: from + first, chances: chances.slice(first, end) };
}
