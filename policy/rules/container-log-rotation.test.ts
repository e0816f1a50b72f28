import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { containerLogRotation as rule } from "./container-log-rotation.ts";

const expected = "max-size and max-file of 1000 MB together at most";
const rotated = (size: string, files?: string) => ({
  logDriver: "json-file",
  logOpts: { "max-size": size, ...(files === undefined ? {} : { "max-file": files }) },
});

describe(rule.name, () => {
  it.each([
    rotated("10m", "3"),
    rotated("1g", "1"),
    rotated("500000k"),
    { ...rotated("10m", "3"), logDriver: "local" },
    { logOpts: { "max-size": "10m" } },
  ])("accepts %j", async (properties) => {
    expect(await judge(rule, properties)).toBe("passes");
  });

  it.each<[object, string]>([
    [{}, "no max-size"],
    [{ logOpts: { "max-file": "3" } }, "no max-size"],
    [rotated("500m", "3"), "max-size 500m, max-file 3"],
    [rotated("much", "3"), "max-size much, max-file 3"],
    [rotated("0m", "3"), "max-size 0m, max-file 3"],
    [rotated("10m", "0"), "max-size 10m, max-file 0"],
    [rotated("-1", "3"), "max-size -1, max-file 3"],
    [rotated("10m", "many"), "max-size 10m, max-file many"],
  ])("refuses %j", async (properties, found) => {
    expect(await judge(rule, properties)).toEqual([`logOpts: ${found} | ${expected}`]);
  });

  it("accepts other drivers only where the configuration names them", async () => {
    expect(await judge(rule, { logDriver: "syslog" })).toEqual(["logDriver: syslog | one of json-file, local"]);
    expect(await judge(rule, { logDriver: "syslog" }, { config: { otherDrivers: ["syslog"] } })).toBe("passes");
    expect(await judge(rule, rotated("10m", "3"), { config: { maxMegabytes: 29 } })).toHaveLength(1);
  });
});
