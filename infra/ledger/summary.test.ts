import { describe, expect, it } from "vitest";
import type { LedgerEvent } from "./event.ts";
import { rollouts } from "./rollouts.ts";
import { summarise } from "./summary.ts";
import { beginning, chainOf, digestFor, minute, revisionOf } from "./testing/events.ts";

const begun = beginning("r1", revisionOf("1.1.0"), "green");

function summary(...events: LedgerEvent[]): readonly string[] {
  const [rollout] = rollouts(chainOf([...begun, ...events]));
  if (!rollout) throw new Error("no rollout");
  return summarise("prod", "org1/react-ui", rollout).split("\n");
}

const verified = (detail: string): LedgerEvent => ({
  kind: "verified",
  rollout: "r1",
  checks: [{ name: "http", host: "host-a", result: "healthy", detail }],
  healthy: true,
});

describe("summarise", () => {
  it("says what, who, when, the checks with their figures, the outcome, and how to go back", () => {
    const figures = {
      green: { requests: 200, errorPercent: 0.5, p95Milliseconds: 21 },
      blue: { requests: 0, errorPercent: null, p95Milliseconds: null },
    };
    const text = summary(
      { kind: "gate", rollout: "r1", gate: "order", allowed: true, reason: "not older", inputs: {} },
      verified("status 200"),
      { kind: "observation", rollout: "r1", result: "healthy", reason: "", figures },
      { kind: "promoted", rollout: "r1", slot: "green" },
    );
    expect(text).toEqual([
      "## org1/react-ui 1.1.0 → prod: promoted",
      "",
      "|  |  |",
      "| --- | --- |",
      "| Outcome | promoted: it serves all users |",
      "| Release | 1.1.0 |",
      `| Image | registry.example.com/org1/react-ui@${digestFor("1.1.0")} |`,
      `| Asked for | rollout by alice at ${minute(1)} |`,
      `| Started | ${minute(2)} |`,
      `| Ended | ${minute(7)} |`,
      "| Strategy | blue-green |",
      "| Slots | blue → green |",
      "",
      "### Gates",
      "",
      "| Gate | Answer | Why |",
      "| --- | --- | --- |",
      "| order | allowed | not older |",
      "",
      "### Private checks",
      "",
      "| Host | Check | Result | Detail |",
      "| --- | --- | --- | --- |",
      "| host-a | http | healthy | status 200 |",
      "",
      "### Looks at the users' requests",
      "",
      "| At | Slot | Requests | Errors | p95 | Result |",
      "| --- | --- | --- | --- | --- | --- |",
      `| ${minute(6)} | green | 200 | 0.50 % | 21 ms | healthy |`,
      `| ${minute(6)} | blue | 0 | - | - |  |`,
      "",
      "Go back: `sluice rollback prod org1/react-ui`",
      "",
    ]);
  });

  it("says how fast it went back, and why", () => {
    const text = summary({
      kind: "rolledBack",
      rollout: "r1",
      settled: "blue",
      reason: "5 % errors",
      quarantined: null,
      milliseconds: 123.6,
    });
    expect(text).toContain("| Time to go back | 124 ms, seen on every gateway |");
    expect(text).toContain("| Reason | 5 % errors |");
  });

  it.each<[string, LedgerEvent[], string]>([
    ["under way", [], "sluice abort"],
    ["promoted", [{ kind: "promoted", rollout: "r1", slot: "green" }], "sluice rollback"],
    ["stranded", [{ kind: "stranded", rollout: "r1", reason: "away", hosts: ["host-b"] }], "sluice resume"],
    ["refused", [{ kind: "refused", rollout: "r1", reason: "older" }], "sluice status"],
    [
      "rolled back",
      [{ kind: "rolledBack", rollout: "r1", settled: "blue", reason: "", quarantined: null, milliseconds: 1 }],
      "sluice quarantine list",
    ],
  ])("says what to do when it is %s", (_outcome, events, call) => {
    expect(summary(...events).at(-2)).toContain(`\`${call} prod org1/react-ui\``);
  });

  it("names hosts that were not seen, and lapses", () => {
    const text = summary(
      { kind: "lapsed", rollout: "r1", reason: "nobody renewed" },
      { kind: "stranded", rollout: "r1", reason: "away", hosts: ["host-b", "host-c"] },
    );
    expect(text).toContain("| Not seen on | host-b, host-c |");
    expect(text).toContain(`| Lease lapsed | ${minute(4)}: nobody renewed |`);
  });

  it("shows what a service answered as text, whatever it answered", () => {
    const text = summary(verified("a|b \\| <script> [x](http://y) ![i](z) `c` _d_ &amp;\r\n# e"));
    expect(text).toContain(
      "| host-a | http | healthy | a\\|b \\\\\\| &lt;script> \\[x\\](http://y) \\!\\[i\\](z) \\`c\\` \\_d\\_ &amp;amp; \\# e |",
    );
  });
});
