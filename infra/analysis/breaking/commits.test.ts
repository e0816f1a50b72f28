import { describe, expect, it } from "vitest";
import { commitFindings } from "./commits.ts";

describe("conventional commits", () => {
  it.each<[string, readonly string[]]>([
    ["feat(api)!: drop a", ["feat(api)!: drop a: drop a"]],
    ["feat: a\n\nBREAKING CHANGE: b\n is gone", ["feat: a: b is gone"]],
    ["feat: a\n\nBREAKING-CHANGE: b", ["feat: a: b"]],
    ["feat-api!: a", ["feat-api!: a: a"]],
    ["feat-api(b-c)!: a", ["feat-api(b-c)!: a: a"]],
    ["feat: many (#7)\n\n* feat!: a\n\n* fix: b\n\n* fix-all(x)!: c", ["feat!: a", "fix-all(x)!: c"]],
    ["Many\n\n- fix(x)!: a\n  - feat!: b\n- docs: c", ["fix(x)!: a", "feat!: b"]],
    ["Squashed commit of the following:\n\ncommit abc\n\n    feat!: a", ["feat!: a"]],
    ["feat: many\n\n* BREAKING CHANGE: a", ["feat: many: a"]],
    ["feat: many\n\n- BREAKING CHANGE: a", ["BREAKING CHANGE: a"]],
    ["feat: a\n\n* not this one! : b\n- nor: this!", []],
    ["feat: a\n\nNo BREAKING CHANGE here", []],
    ["Merge branch 'next'", []],
    ["  \n", []],
    ["", []],
  ])("%j says %j", (message, what) => {
    const hash = "ab".repeat(20);
    expect(commitFindings([{ hash, message }]).map((one) => one.what)).toEqual(what);
  });
});
