import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { containerReadOnly as rule } from "./container-read-only.ts";

describe(rule.name, () => {
  it("accepts a read-only root", async () => {
    expect(await judge(rule, { readOnly: true })).toBe("passes");
  });

  it.each([{}, { readOnly: false }])("refuses %j", async (properties) => {
    expect(await judge(rule, properties)).toEqual([
      "readOnly: false | true, with what must be written in tmpfs or mounts",
    ]);
  });
});
