import { describe, expect, it } from "vitest";
import type { Exception } from "../infra/model/exception.ts";
import { containerReadOnly as rule } from "./rules/container-read-only.ts";
import { resource, urnOf } from "./testing/judge.ts";
import { CONTAINER } from "./types.ts";
import { verdictOf } from "./verdict.ts";

const given = { within: "a:b:C", name: "host-a-blue" };
const exception: Exception = {
  rule: rule.name,
  resource: `${CONTAINER}::host-a-blue`,
  reason: "writes its cache",
  approver: "ann",
  granted: "2026-12-01",
  expires: "2027-01-31",
};
const message =
  "host-a-blue (docker:index/container:Container): readOnly: expected true, with what must be written in tmpfs or mounts, found false";
const verdict = (exceptions: readonly Exception[], today = "2027-01-31", properties = {}) =>
  verdictOf(rule, resource(properties, given), {}, exceptions, today);

describe("a verdict", () => {
  it("names the resource, the property, what would pass and what was found", async () => {
    expect(await verdict([])).toEqual({ kind: "denied", messages: [message] });
  });

  it.each([exception.resource, urnOf(given)])(
    "is excused by an exception for %s until its day is over",
    async (one) => {
      const exceptions = [{ ...exception, resource: one }];
      expect(await verdict(exceptions)).toEqual({
        kind: "notApplicable",
        reason: "ann approved an exception until 2027-01-31: writes its cache",
      });
      expect(await verdict(exceptions, "2027-02-01")).toEqual({
        kind: "denied",
        messages: [`${message}; the exception that ann approved (writes its cache) expired on 2027-01-31`],
      });
    },
  );

  it("is excused by a later exception where an earlier one expired", async () => {
    const exceptions = [{ ...exception, expires: "2026-01-01" }, exception];
    expect(await verdict(exceptions)).toMatchObject({ kind: "notApplicable" });
  });

  it.each([
    { rule: "container-user" },
    { resource: `${CONTAINER}::host-a-green` },
    { resource: "docker:index/network:Network::host-a-blue" },
    { resource: urnOf({ ...given, stack: "prod" }) },
  ])("isn't excused by an exception for something else: %j", async (more) => {
    expect(await verdict([{ ...exception, ...more }])).toEqual({ kind: "denied", messages: [message] });
  });

  it("passes without a violation, whatever exceptions say", async () => {
    const expired = [{ ...exception, expires: "2020-01-01" }];
    expect(await verdict(expired, "2027-01-01", { readOnly: true })).toEqual({ kind: "passes" });
  });
});
