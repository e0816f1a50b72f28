import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { policiesKept } from "./policies-kept.ts";

const pulumi = (policies: boolean) => ({ pulumi: { policies } });

describe(policiesKept.name, () => {
  it.each(["local", "dev"])("lets %s do without the policy pack", (name) => {
    expect(findings(policiesKept, pulumi(false), name)).toEqual([]);
  });

  it.each(["stg", "uat", "prod"])("wants %s to have it, said or not", (name) => {
    expect(findings(policiesKept, {}, name)).toEqual([]);
    expect(findings(policiesKept, pulumi(true), name)).toEqual([]);
    expect(findings(policiesKept, pulumi(false), name)).toEqual([
      `pulumi.policies: expected true or nothing in ${name}, found false`,
    ]);
  });
});
