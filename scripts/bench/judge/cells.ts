import { dependencyFailure, prometheusBounds, type Scenario, usual } from "./scenario.ts";

/** Least share that has to be flagged, in percent, and when by. */
export interface Goal {
  readonly percent: number;
  /**
   * Latest mean minute of the first `of` percent that are flagged (default: of `percent`): as many as the prototype found.
   * Whoever finds more finds the others later.
   */
  readonly minute: number;
  readonly of?: number;
}

export interface Cell {
  readonly name: string;
  readonly scenario: Scenario;
  readonly kind: "good" | "bad";
  readonly goal?: Goal;
  /** What the prototype flagged, in percent, and when, in minutes. */
  readonly prototype?: string;
  /** Whether the issue names it. */
  readonly named: boolean;
}

function good(name: string, changes: Partial<Scenario>, prototype?: string): Cell {
  return { name, kind: "good", named: true, scenario: { ...usual, ...changes }, ...(prototype && { prototype }) };
}

function bad(name: string, changes: Partial<Scenario>, prototype?: string, goal?: Goal): Cell {
  const scenario = { ...usual, ...changes };
  return { name, kind: "bad", named: true, scenario, ...(prototype && { prototype }), ...(goal && { goal }) };
}

const failing = { failure: dependencyFailure };
const errors = (times: number): Pick<Scenario, "candidate"> => ({ candidate: { errors: times, latency: 1 } });
const latency = (times: number): Pick<Scenario, "candidate"> => ({ candidate: { errors: 1, latency: times } });

/** The cells, with what its prototype reached, and some of other traffic and other shapes of fault. */
export const cells: readonly Cell[] = [
  good("good, 2/s", { rate: 2 }, "0.6"),
  good("good, 20/s", { rate: 20 }, "0.2"),
  good("good, 200/s", { rate: 200 }, "0"),
  good("good, dependency fails, 2/s", { rate: 2, ...failing }),
  good("good, dependency fails, 20/s", { rate: 20, ...failing }),
  good("good, dependency fails, 200/s", { rate: 200, ...failing }),
  bad("errors x4, 2/s", { rate: 2, ...errors(4) }, "37 / 16.6", { percent: 50, minute: 16.6, of: 37 }),
  bad("errors x4, 20/s", { rate: 20, ...errors(4) }, "100 / 6.2", { percent: 100, minute: 6.2 }),
  bad("errors x2, 200/s", { rate: 200, ...errors(2) }, "99.9 / 6.8", { percent: 99.9, minute: 6.8 }),
  bad("p95 x1.3, 20/s", { rate: 20, ...latency(1.3) }, "100 / 4.8", { percent: 100, minute: 4.8 }),
  bad("p95 x1.6, 2/s", { rate: 2, ...latency(1.6) }, "100 / 7.4", { percent: 100, minute: 7.4 }),
  bad("errors x2, 2/s", { rate: 2, ...errors(2) }),
  bad("errors x2, 20/s", { rate: 20, ...errors(2) }),
  ...[
    good("good, 5 % fail as usual, 20/s", { errors: 0.05 }),
    good("good, Prometheus' buckets, 20/s", { bounds: prometheusBounds }),
    bad("p95 x1.3, Prometheus' buckets, 20/s", { bounds: prometheusBounds, ...latency(1.3) }),
    bad("errors x4 from minute 15, 20/s", { onset: 15, ...errors(4) }),
    bad("p95 x1.3 from minute 15, 20/s", { onset: 15, ...latency(1.3) }),
    bad("errors x4, dependency fails, 20/s", { ...failing, ...errors(4) }),
    bad("errors x2, dependency fails, 20/s", { ...failing, ...errors(2) }),
    bad("errors x4, dependency fails, 2/s", { rate: 2, ...failing, ...errors(4) }),
  ].map(unnamed),
];

/** Healthy slots that differ by much more than the judge's margins allow for. */
const own: Scenario["own"] = { errors: 0.2, latency: 0.05, offset: { errors: 0.1, latency: 0.03 } };

/** Where the judge's promises end, and what another promise would give. */
export const moreCells: readonly Cell[] = [
  good("good, 200/s", { rate: 200 }),
  good("good, 140/s", { rate: 140 }),
  bad("errors x2, 200/s", { rate: 200, ...errors(2) }),
  bad("errors x2, 140/s", { rate: 140, ...errors(2) }),
  good("good, large differences of their own, 20/s", { own }),
  good("good, large differences of their own, 200/s", { rate: 200, own }),
].map(unnamed);

function unnamed(cell: Cell): Cell {
  return { ...cell, named: false };
}
