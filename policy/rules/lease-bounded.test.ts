import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { ROUTE } from "../types.ts";
import { leaseBounded as rule } from "./lease-bounded.ts";

const type = "command:local:Command";
const init = (tick: string, ticks: string) =>
  `$('/srv/sluice/bin/sluice-host' 'service-init' 'org1.web' '${tick}' '${ticks}')`;
const expected = "a lease of at most 60 s";

describe(rule.name, () => {
  it.each([
    ["10", "3"],
    ["10", "5"],
    ["1", "30"],
  ])("accepts ticks of %s s and %s of them", async (tick, ticks) => {
    expect(await judge(rule, { create: init(tick, ticks) }, { type, within: ROUTE })).toBe("passes");
  });

  it("does not ask for one where there is none", async () => {
    expect(await judge(rule, { create: "echo" }, { type })).toBe("passes");
    expect(await judge(rule, { create: "echo" }, { type, within: ROUTE })).toEqual([`create: none | ${expected}`]);
  });

  it("refuses longer ones, and what is no length", async () => {
    const properties = {
      create: init("10", "6"),
      update: `x\n${init("10", "30")}\n${init("a", "3")}\n${init("0", "3")}`,
    };
    expect(await judge(rule, properties, { type })).toEqual([
      `create: a lease of 70 s | ${expected}`,
      `update: a lease of 310 s | ${expected}`,
      `update: a lease of NaN s | ${expected}`,
      `update: a lease of 0 s | ${expected}`,
    ]);
    expect(await judge(rule, { create: init("10", "6") }, { type, config: { maxSeconds: 70 } })).toBe("passes");
  });
});
