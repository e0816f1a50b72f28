import { describe, expect, it } from "vitest";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { EXPORTER, GATEWAY } from "../types.ts";
import { containerHealthCheck as rule } from "./container-health-check.ts";

const expected = '["CMD", ...] with a program that tells by its exit code';

describe(rule.name, () => {
  it.each([[["CMD", "node", "/app/healthcheck.js"]], [["CMD-SHELL", "wget -qO- http://localhost/"]]])(
    "accepts %j",
    async (tests) => {
      expect(await judge(rule, { healthcheck: { tests } })).toBe("passes");
    },
  );

  it.each<[unknown, string]>([
    [undefined, "none"],
    [{}, "none"],
    [{ tests: ["NONE"] }, '["NONE"]'],
    [{ tests: ["CMD"] }, '["CMD"]'],
    [{ tests: ["CMD", "true"] }, '["CMD","true"]'],
    [{ tests: ["CMD-SHELL", " exit 0 "] }, '["CMD-SHELL"," exit 0 "]'],
    [{ tests: ["wget"] }, '["wget"]'],
  ])("refuses %j", async (healthcheck, found) => {
    const properties = healthcheck === undefined ? {} : { healthcheck };
    expect(await judge(rule, properties)).toEqual([`healthcheck.tests: ${found} | ${expected}`]);
  });

  it("refuses a check that isn't known yet", async () => {
    expect(await judge(rule, { healthcheck: { tests: ["CMD", UNKNOWN] } })).toEqual([
      expect.stringContaining("healthcheck.tests.1: a value unknown at preview"),
    ]);
  });

  it("leaves out the gateway and its exporter, which commands ask from outside", async () => {
    for (const within of [GATEWAY, EXPORTER]) {
      expect(await judge(rule, { healthcheck: { tests: ["NONE"] } }, { within })).toMatch(/^not asked: .*outside/);
    }
  });
});
