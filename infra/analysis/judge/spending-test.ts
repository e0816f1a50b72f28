import { splitOf, type Stratum } from "./split.ts";

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
}

export interface SpendingState {
  readonly spent: number;
  readonly total: number;
  /** Sum of the windows' variances of the split at the bound: what the windows can tell about the log odds ratio. */
  readonly information: number;
  /** Chance of each total that no look refused yet, for each of the slots' own differences. */
  readonly nodes: readonly { readonly from: number; readonly chances: readonly number[] }[];
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
  const nodes = addWindow(test, state, stratum);
  const total = state.total + stratum.candidate.bad;
  const information = state.information + splitOf(stratum, test.bound).variance;
  if (nodes.some(({ chances }) => chances.length > WIDEST)) {
    return { ...state, total, information, nodes: [], closed: true };
  }
  const share = Math.min(1, Math.max(0, allowed(information)));
  return refuse(test, { ...state, total, information, nodes }, share * test.alpha);
}

function casesOf({ own }: SpendingTest): readonly { readonly shift: number; readonly weight: number }[] {
  return own === 0 ? [{ shift: 0, weight: 1 }] : cases;
}

function addWindow(test: SpendingTest, state: SpendingState, stratum: Stratum): SpendingState["nodes"] {
  return casesOf(test).map(({ shift }, index) => {
    const node = state.nodes[index] ?? { from: 0, chances: [] };
    const split = splitOf(stratum, test.bound * Math.exp(shift * test.own));
    const chances = new Array<number>(node.chances.length + split.probabilities.length - 1).fill(0);
    node.chances.forEach((chance, i) => {
      if (chance === 0) return;
      split.probabilities.forEach((probability, j) => {
        chances[i + j] = (chances[i + j] ?? 0) + chance * probability;
      });
    });
    return trim(node.from + split.from, chances);
  });
}

/** Takes the most extreme totals away for as long as the chance that may be spent covers them. */
function refuse(test: SpendingTest, state: SpendingState, allowed: number): SpendingState {
  const nodes = state.nodes.map(({ from, chances }) => ({ from, chances: [...chances] }));
  const lowest = Math.min(...nodes.map(({ from }) => from));
  const highest = Math.max(...nodes.map(({ from, chances }) => from + chances.length - 1));
  const above = test.side === "above";
  let spent = state.spent;
  let edge = above ? highest : lowest;
  for (; above ? edge >= lowest : edge <= highest; edge += above ? -1 : 1) {
    const chance = nodes.reduce((sum, { from, chances }) => sum + (chances[edge - from] ?? 0), 0);
    if (!(spent + chance <= allowed)) break;
    spent += chance;
    for (const { from, chances } of nodes) if (chances[edge - from] !== undefined) chances[edge - from] = 0;
  }
  const refused = above ? state.total > edge : state.total < edge;
  return { ...state, spent, refused, nodes: nodes.map(({ from, chances }) => trim(from, chances)) };
}

function trim(from: number, chances: readonly number[]): SpendingState["nodes"][number] {
  let first = 0;
  let end = chances.length;
  while (first < end - 1 && (chances[first] ?? 0) < NEGLIGIBLE) first++;
  while (end > first + 1 && (chances[end - 1] ?? 0) < NEGLIGIBLE) end--;
  return { from: from + first, chances: chances.slice(first, end) };
}
