import { describe, expect, it } from "vitest";
import { budgetGate, type BudgetInputs, type Spent } from "./budget.ts";
import { corruptions } from "./testing/corruptions.ts";

const source = "Prometheus at http://prometheus:9090";
const spent = (failed: number, requests = 100_000, heard: readonly string[] = ["host-a", "host-b"]): Spent => ({
  kind: "known",
  source,
  requests,
  failed,
  heard,
});
const inputs = (over: Partial<BudgetInputs> = {}): BudgetInputs => ({
  limits: { objectivePercent: 99.9, windowDays: 28, minLeftPercent: 10 },
  service: "org1/react-ui",
  serving: { kind: "known", version: "1.4.1" },
  hosts: ["host-a", "host-b"],
  spent: spent(40),
  ...over,
});

describe("the budget gate", () => {
  it("lets a release in while errors are left, and says how many", () => {
    expect(budgetGate(inputs())).toEqual({
      gate: "budget",
      allowed: true,
      reason: "60 % of the error budget is left: 0.04 % of 100000 requests failed in 28 days, 0.1 % may",
      inputs: {
        service: "org1/react-ui",
        objectivePercent: 99.9,
        windowDays: 28,
        minLeftPercent: 10,
        serving: { kind: "known", version: "1.4.1" },
        hosts: ["host-a", "host-b"],
        spent: spent(40),
        leftPercent: 60,
      },
    });
  });

  it.each<[string, Partial<BudgetInputs>, string]>([
    [
      "less is left than must be",
      { spent: spent(91) },
      "9 % of the error budget is left: 0.091 % of 100000 requests failed in 28 days, 0.1 % may; 10 % must be left",
    ],
    [
      "more was spent than there is",
      { spent: spent(300) },
      "0 % of the error budget is left: 0.3 % of 100000 requests failed in 28 days, 0.1 % may; 10 % must be left",
    ],
    [
      "the source doesn't answer",
      { spent: { kind: "unknown", reason: "connect ECONNREFUSED" } },
      "what is left of the error budget can't be asked: connect ECONNREFUSED",
    ],
    ["it has no requests", { spent: spent(0, 0) }, `${source} has no requests of org1/react-ui in 28 days`],
    [
      "a host isn't heard of",
      { spent: spent(0, 9, ["host-a"]) },
      `${source} has nothing recent of host-b: its figures are stale`,
    ],
    ["its figures don't fit", { spent: spent(10, 9) }, `${source} counts more failures than requests: 10 of 9`],
  ])("keeps it out when %s", (_what, over, reason) => {
    expect(budgetGate(inputs(over))).toMatchObject({ allowed: false, reason });
  });

  it("lets one in at just what must be left, and with nothing left where nothing must be", () => {
    expect(
      budgetGate(inputs({ spent: spent(50), limits: { objectivePercent: 99.9, windowDays: 1, minLeftPercent: 50 } }))
        .allowed,
    ).toBe(true);
    expect(
      budgetGate(inputs({ spent: spent(50, 100), limits: { objectivePercent: 50, windowDays: 1, minLeftPercent: 0 } }))
        .allowed,
    ).toBe(true);
  });

  it("asks nothing of a first release", () => {
    const first = inputs({ serving: { kind: "none" }, spent: { kind: "unknown", reason: "away" } });
    expect(budgetGate(first)).toMatchObject({
      allowed: true,
      reason: "nothing is settled yet: org1/react-ui has spent no errors",
    });
  });

  it("is never turned from deny into allow by an input that is gone or spoilt", () => {
    const denied = [
      inputs({ spent: spent(91) }),
      inputs({ spent: spent(0, 0) }),
      inputs({ spent: spent(0, 9, ["host-a"]) }),
      inputs({ spent: spent(10, 9) }),
      inputs({ spent: { kind: "unknown", reason: "away" } }),
    ];
    const allowed = denied.flatMap((one) => {
      expect(budgetGate(one).allowed).toBe(false);
      return corruptions(one).filter(({ spoilt }) => budgetGate(spoilt as BudgetInputs).allowed);
    });
    expect(allowed.map(({ where }) => where)).toEqual([]);
  });

  it("is turned from allow into deny by any input that is gone", () => {
    const gone = corruptions(inputs()).filter(({ where }) => where.endsWith("is gone"));
    expect(gone.filter(({ spoilt }) => budgetGate(spoilt as BudgetInputs).allowed).map(({ where }) => where)).toEqual(
      [],
    );
  });
});
