import { Secret, type StackValidationArgs } from "@pulumi/policy";
import { expect, it } from "vitest";
import { secretsKeptThroughout } from "./as-policy.ts";
import { parsePolicyConfig } from "./config-file.ts";
import { rules } from "./rules/index.ts";
import { SecretsSeen } from "./secrets-seen.ts";
import { urnOf } from "./testing/judge.ts";

it("a stack's policy reports each resource that tells a later one's secret, with the team's own configuration as default", async () => {
  const today = "2027-01-31";
  const seen = new SecretsSeen();
  const policy = secretsKeptThroughout(
    parsePolicyConfig({ rules: { "secret-kept": { minLength: 5 } } }, rules, "x", today),
    seen,
    today,
  );
  expect(policy).toMatchObject({
    enforcementLevel: "mandatory",
    configSchema: { properties: { minLength: { default: 5 } } },
  });
  seen.note(urnOf({ name: "told" }), { create: "echo sesame" });
  seen.note(urnOf({ name: "hidden" }), { environment: { WORD: new Secret("sesame") } });
  const reported = async (minLength: number) => {
    const urns: (string | undefined)[] = [];
    const args: StackValidationArgs = {
      resources: [],
      stackTags: new Map(),
      getConfig: <T extends object>() => ({ enforcementLevel: "mandatory", minLength }) as T,
      notApplicable: () => {
        throw new Error("it applies");
      },
    };
    await policy.validateStack(args, (_message, urn) => urns.push(urn));
    return urns;
  };
  expect(await reported(5)).toEqual([urnOf({ name: "told" })]);
  expect(await reported(8)).toEqual([]);
});
