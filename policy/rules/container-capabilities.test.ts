import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { GATEWAY } from "../types.ts";
import { containerCapabilities as rule } from "./container-capabilities.ts";

describe(rule.name, () => {
  it.each([{ drops: ["ALL"] }, { drops: ["all"], adds: [] }])("accepts %j", async (capabilities) => {
    expect(await judge(rule, { capabilities })).toBe("passes");
  });

  it.each<[object, string[]]>([
    [{}, ['capabilities.drops: none | ["ALL"]']],
    [{ capabilities: { drops: ["NET_RAW"] } }, ['capabilities.drops: NET_RAW | ["ALL"]']],
    [
      { capabilities: { drops: ["ALL"], adds: ["CAP_NET_RAW", "SYS_ADMIN"] } },
      [
        "capabilities.adds.0: CAP_NET_RAW | no added capability",
        "capabilities.adds.1: SYS_ADMIN | no added capability",
      ],
    ],
  ])("refuses %j", async (properties, violations) => {
    expect(await judge(rule, properties)).toEqual(violations);
  });

  it("lets containers add what the configuration names, with or without CAP_", async () => {
    const config = { allowed: ["SYS_TIME", "CAP_NET_RAW"] };
    const capabilities = { drops: ["ALL"], adds: ["CAP_SYS_TIME", "NET_RAW", "KILL"] };
    expect(await judge(rule, { capabilities }, { config })).toEqual([
      "capabilities.adds.2: KILL | one of SYS_TIME, NET_RAW",
    ]);
  });

  it("lets the gateway add what nginx needs, and no more", async () => {
    const capabilities = { drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE", "CAP_SYS_ADMIN"] };
    expect(await judge(rule, { capabilities }, { within: GATEWAY })).toEqual([
      "capabilities.adds.1: CAP_SYS_ADMIN | one of CHOWN, DAC_OVERRIDE, KILL, NET_BIND_SERVICE, SETGID, SETUID",
    ]);
  });
});
