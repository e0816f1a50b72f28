import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { containerRestart as rule } from "./container-restart.ts";

const expected = "one of unless-stopped, always, on-failure";

describe(rule.name, () => {
  it.each(["unless-stopped", "always", "on-failure"])("accepts %s", async (restart) => {
    expect(await judge(rule, { restart })).toBe("passes");
  });

  it.each<[object, string]>([
    [{}, "no"],
    [{ restart: "no" }, "no"],
    [{ restart: "" }, "none"],
  ])("refuses %j", async (properties, found) => {
    expect(await judge(rule, properties)).toEqual([`restart: ${found} | ${expected}`]);
  });

  it("takes the policies from the configuration", async () => {
    const config = { policies: ["always"] };
    expect(await judge(rule, { restart: "on-failure" }, { config })).toEqual(["restart: on-failure | one of always"]);
  });
});
