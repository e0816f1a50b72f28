import { Secret } from "@pulumi/policy";
import { beforeEach, describe, expect, it } from "vitest";
import { SecretsSeen } from "./secrets-seen.ts";
import { urnOf } from "./testing/judge.ts";
import { toldBefore } from "./told-before.ts";

const [told, hidden, later] = [urnOf({ name: "told" }), urnOf({ name: "hidden" }), urnOf({ name: "later" })];
let seen: SecretsSeen;
beforeEach(() => {
  seen = new SecretsSeen();
});
const today = "2027-01-31";
const answer = (exceptions: Parameters<typeof toldBefore>[2] = [], config = {}) =>
  toldBefore(seen, config, exceptions, today);
const message =
  "told (docker:index/container:Container): create: expected a Pulumi secret here too, e.g. pulumi.interpolate`...`, " +
  "found in plain what is secret in hidden (environment.WORD)";

describe("secrets that are told before they are known", () => {
  it("are found whichever resource comes first, and aren't repeated", () => {
    seen.note(told, { create: "echo 'open sesame'", stdin: new Secret("open sesame, too") });
    seen.note(hidden, { environment: { WORD: new Secret("open sesame") } });
    expect(answer()).toEqual([{ urn: told, messages: [message] }]);
  });

  it("are left to the rule itself where it knew them", () => {
    seen.note(hidden, { environment: { WORD: new Secret("open sesame") } });
    seen.note(told, { create: "echo 'open sesame'" });
    seen.note(later, { environment: { WORD: new Secret("open sesame") } });
    expect(answer()).toEqual([]);
    expect(seen.marks(told)?.known.map(({ resource }) => resource)).toEqual(["hidden"]);
  });

  it("aren't where they are secret there, too, or too short to tell", () => {
    seen.note(told, { create: new Secret("echo 'open sesame'"), envs: [new Secret("open sesame")], stage: "dev" });
    seen.note(hidden, { environment: { WORD: new Secret("open sesame"), STAGE: new Secret("dev") } });
    expect(answer()).toEqual([]);
    expect(answer([], { minLength: 4 })).toEqual([]);
  });

  it("are excused by an exception for secret-kept, until it expires", () => {
    seen.note(told, { create: "echo 'open sesame'" });
    seen.note(hidden, { environment: { WORD: new Secret("open sesame") } });
    const exception = {
      rule: "secret-kept",
      resource: told,
      reason: "so",
      approver: "ann",
      granted: "2027-01-01",
      expires: today,
    };
    expect(answer([exception])).toEqual([]);
    expect(answer([{ ...exception, expires: "2027-01-30" }])).toEqual([
      { urn: told, messages: [`${message}; the exception that ann approved (so) expired on 2027-01-30`] },
    ]);
  });
});
