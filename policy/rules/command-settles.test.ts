import { describe, expect, it } from "vitest";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { MARKER, ROUTE } from "../types.ts";
import { commandSettles as rule } from "./command-settles.ts";

const type = "command:local:Command";
const settle = "set -eu\nanswer=$('/srv/sluice/bin/sluice-host' 'settle' 'org1.web' '3' 'blue')";
const good = { create: settle, update: settle };
const update = "update: none | the same call as create's";

describe(rule.name, () => {
  it.each<[object, string]>([
    [good, MARKER],
    [{ ...good, triggers: [] }, MARKER],
    [{ create: "echo settle", triggers: [1], delete: "rm x" }, ROUTE],
    [{ create: "echo hi", triggers: [UNKNOWN] }, ROUTE],
  ])("accepts %j in %s", async (properties, within) => {
    expect(await judge(rule, properties, { type, within })).toBe("passes");
  });

  it.each<[object, string[]]>([
    [{ create: settle }, [update]],
    [{ ...good, triggers: [UNKNOWN] }, ["triggers: 1 of them | none"]],
    [{ ...good, delete: "rm marker" }, ["delete: a command | none"]],
    [
      { create: settle, triggers: [1, 2], delete: "x" },
      [update, "triggers: 2 of them | none", "delete: a command | none"],
    ],
  ])("refuses %j, in a marker and outside", async (properties, violations) => {
    for (const within of [MARKER, ""]) {
      expect(await judge(rule, properties, { type: "command:remote:Command", within })).toEqual(violations);
    }
  });

  it("refuses a marker whatever its command says, and a call that hides in another script", async () => {
    expect(await judge(rule, { create: "echo" }, { type, within: MARKER })).toEqual([update]);
    expect(await judge(rule, { create: "echo", delete: "/x/sluice-host settle a 1 none" }, { type })).toEqual([
      update,
      "delete: a command | none",
    ]);
  });

  it("refuses a command that isn't known yet", async () => {
    expect(await judge(rule, { create: UNKNOWN }, { type })).toEqual([
      expect.stringMatching(/^create: a value unknown/),
    ]);
  });
});
