import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { GATEWAY } from "../types.ts";
import { containerUser as rule } from "./container-user.ts";

const expected = "a user other than root, e.g. 1000:1000";

describe(rule.name, () => {
  it.each(["1000:1000", "1000", "65534", "node", "node:root"])("accepts %s", async (user) => {
    expect(await judge(rule, { user })).toBe("passes");
  });

  it.each<[object, string]>([
    [{}, "the image's own"],
    [{ user: "" }, "the image's own"],
    [{ user: "root" }, "root"],
    [{ user: "root:1000" }, "root:1000"],
    [{ user: "0" }, "0"],
    [{ user: "00:1000" }, "00:1000"],
    [{ user: ":1000" }, ":1000"],
  ])("refuses %j", async (properties, found) => {
    expect(await judge(rule, properties)).toEqual([`user: ${found} | ${expected}`]);
  });

  it("leaves out the gateway, whose master needs root", async () => {
    expect(await judge(rule, {}, { within: GATEWAY })).toMatch(/^not asked: nginx's master/);
  });
});
