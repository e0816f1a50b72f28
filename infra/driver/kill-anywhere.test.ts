import { describe, expect, it } from "vitest";
import type { Kill } from "./testing/driver.ts";
import { FakeSpool } from "./testing/fake-ledger.ts";
import { callsOf, ended, killed, scenarios, type Scenario } from "./testing/kills.ts";

describe.each(Object.entries(scenarios))("%s, killed anywhere", (_name, scenario) => {
  it("is brought to an end by the same machine", { timeout: 300_000 }, async () => {
    expect(await failures(scenario, (spool) => spool)).toEqual([]);
  });

  it("is brought to an end by another machine", { timeout: 300_000 }, async () => {
    expect(await failures(scenario, () => new FakeSpool(), ["after"])).toEqual([]);
  });
});

async function failures(
  scenario: Scenario,
  spoolOf: (spool: FakeSpool) => FakeSpool,
  whens: readonly Kill["when"][] = ["before", "half", "after"],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const total = await callsOf(scenario);
  expect(total).toBeGreaterThan(5);
  for (let at = 1; at <= total; at++) {
    for (const when of whens) {
      const spool = new FakeSpool();
      const world = await killed(scenario, { at, when }, spool);
      wrong.push(...(await ended(scenario, world, spoolOf(spool))).map((what) => `killed ${when} ${at}: ${what}`));
    }
  }
  return wrong;
}
