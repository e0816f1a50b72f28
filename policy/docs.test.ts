import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parsePolicyConfig } from "./config-file.ts";
import { rules } from "./rules/index.ts";

const text = readFileSync(join(import.meta.dirname, "..", "docs", "policy.md"), "utf8");

describe("docs/policy.md", () => {
  it.each(rules.map((rule) => [rule.name, rule] as const))("has a row for %s with its keys", (name, { config }) => {
    const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\` `)) ?? "";
    const keys = Object.keys(config.shape).filter((key) => key !== "allowances");
    expect(keys.filter((key) => !row.includes(`\`${key}\``))).toEqual([]);
    expect(row).not.toBe("");
  });

  it("has an example that the pack takes", () => {
    const [, example = ""] = /```yaml\n(.*?)```/s.exec(text) ?? [];
    expect(parsePolicyConfig(parse(example), rules, "the example", "2027-01-31").exceptions).toHaveLength(1);
  });
});
