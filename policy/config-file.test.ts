import { describe, expect, it } from "vitest";
import { InputError } from "../infra/model/errors.ts";
import { sampleException as exception } from "../infra/model/testing/exception.ts";
import { parsePolicyConfig } from "./config-file.ts";
import { rules } from "./rules/index.ts";

const parse = (document: unknown) => parsePolicyConfig(document, rules, "config.yaml", "2026-12-01");
const issuesOf = (document: unknown) => {
  try {
    return parse(document);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.issues.map(({ key }) => key);
  }
};

describe("the policy's configuration", () => {
  it.each([undefined, null, {}, { rules: {}, exceptions: [] }])("has all defaults without a word (%j)", (document) => {
    const { rules: values, exceptions } = parse(document);
    expect(Object.keys(values)).toEqual(rules.map(({ name }) => name));
    expect(values["lease-bounded"]).toEqual({ maxSeconds: 60 });
    expect(values["container-limits"]).toMatchObject({ allowances: [{ component: "sluice:gateway:Gateway" }] });
    expect(values["container-capabilities"]).toMatchObject({ allowed: [] });
    expect(exceptions).toEqual([]);
  });

  it("takes thresholds and exceptions", () => {
    const urn = "urn:pulumi:dev::sluice::a:b:C$docker:index/container:Container::x";
    const both = [exception, { ...exception, resource: urn }];
    const config = parse({ rules: { "container-limits": { maxCpus: 2 } }, exceptions: both });
    expect(config.rules["container-limits"]).toMatchObject({ maxCpus: 2, maxMemoryMegabytes: 65_536 });
    expect(config.exceptions).toEqual(both);
  });

  it("names all that is wrong with it at once", () => {
    const wrong = {
      rules: { "container-limits": { maxCpus: "two", maxcpus: 2 }, "container-limit": {} },
      exceptions: [
        { ...exception, rule: "container-root" },
        { ...exception, resource: "host-a-blue", reason: " ", approver: "" },
        { ...exception, expires: "2027-02-30" },
        { rule: "container-user" },
      ],
      exception: [],
    };
    expect(issuesOf(wrong)).toEqual([
      "rules.container-limits.maxCpus",
      "rules.container-limits",
      "rules",
      "exceptions.0.rule",
      "exceptions.1.resource",
      "exceptions.1.reason",
      "exceptions.1.approver",
      "exceptions.2.expires",
      "exceptions.3.resource",
      "exceptions.3.reason",
      "exceptions.3.approver",
      "exceptions.3.granted",
      "exceptions.3.expires",
      "",
    ]);
  });

  it.each<[object, string]>([
    [
      { granted: "2026-12-02" },
      "granted: expected the day when it was approved, 2026-12-01 (UTC) at the latest, found 2026-12-02",
    ],
    [
      { expires: "2027-03-02" },
      "expires: expected a day from 2026-12-01 to 2027-03-01, 90 days after it was granted, found 2027-03-02",
    ],
    [
      { expires: "9999-12-31" },
      "expires: expected a day from 2026-12-01 to 2027-03-01, 90 days after it was granted, found 9999-12-31",
    ],
    [
      { expires: "2026-11-30" },
      "expires: expected a day from 2026-12-01 to 2027-03-01, 90 days after it was granted, found 2026-11-30",
    ],
  ])("bounds how long an exception lasts: %j", (change, message) => {
    expect(() => parse({ exceptions: [{ ...exception, ...change }] })).toThrow(`exceptions.0.${message}`);
  });

  it("lets the team bound it otherwise, and an exception that has expired stay in the file", () => {
    const long = { ...exception, expires: "2027-03-01" };
    expect(parse({ exceptions: [long] }).exceptions).toEqual([long]);
    expect(issuesOf({ exceptions: [long], maxExceptionDays: 89 })).toEqual(["exceptions.0.expires"]);
    const old = { ...exception, granted: "2020-01-01", expires: "2020-02-01" };
    expect(parse({ exceptions: [old] }).exceptions).toEqual([old]);
  });

  it("leaves components out of the rules of containers alone", () => {
    const allowances = [{ component: "sluice:docker:ServiceSlot", reason: "so" }];
    const refused = rules.flatMap(({ name }) => {
      const found = issuesOf({ rules: { [name]: { allowances } } });
      return Array.isArray(found) ? [name] : [];
    });
    expect(refused).toEqual(rules.map(({ name }) => name).filter((name) => !name.startsWith("container-")));
    expect(() => parse({ rules: { "slot-decided": { allowances } } })).toThrow(
      "rules.slot-decided: expected no allowances: only the rules container-* have them",
    );
  });

  it("says what was expected", () => {
    expect(() => parse({ exceptions: [{ ...exception, rule: "container-root" }] })).toThrow(
      /config.yaml is wrong:\n {2}exceptions.0.rule: expected the name of a rule \(container-image-pinned, .*found container-root/,
    );
  });
});
