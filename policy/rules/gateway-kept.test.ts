import { describe, expect, it } from "vitest";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { GATEWAY } from "../types.ts";
import { gatewayKept as rule } from "./gateway-kept.ts";

const within = GATEWAY;
const command = { type: "command:local:Command", within };

describe(rule.name, () => {
  it("accepts a gateway of the environment's own stack, protected where it counts", async () => {
    expect(await judge(rule, {}, { within, stack: "dev" })).toBe("passes");
    expect(await judge(rule, {}, { within, stack: "prod", protect: true })).toBe("passes");
    expect(await judge(rule, { create: "a", update: "a", delete: "b" }, command)).toBe("passes");
  });

  it("does not ask for more of the gateway's other commands, and of other containers", async () => {
    expect(await judge(rule, { triggers: [UNKNOWN] }, { ...command, stack: "prod" })).toBe("passes");
    expect(await judge(rule, {}, { stack: "prod.org1.web" })).toMatch(/^not asked/);
  });

  it.each<[string, object, object, string[]]>([
    [
      "one in a service's stack",
      {},
      { stack: "dev.org1.web" },
      ["urn: stack dev.org1.web | the environment's own, dev"],
    ],
    ["an unprotected one in prod", {}, { stack: "prod" }, ["protect: false | true"]],
    ["an unprotected one in uat", {}, { stack: "uat" }, ["protect: false | true"]],
    [
      "an nginx that something replaces",
      { delete: "kill", update: "start", triggers: [UNKNOWN] },
      command,
      ["triggers: 1 of them | none"],
    ],
    [
      "an nginx that every change replaces",
      { delete: "kill" },
      command,
      ["update: none | a command: without one a change is a replacement"],
    ],
  ])("refuses %s", async (_, properties, given, violations) => {
    expect(await judge(rule, properties, { within, ...given })).toEqual(violations);
  });

  it("takes the environments from the configuration", async () => {
    const config = { protectedIn: ["live"] };
    expect(await judge(rule, {}, { within, stack: "live", config })).toEqual(["protect: false | true"]);
    expect(await judge(rule, {}, { within, stack: "prod", config })).toBe("passes");
  });
});
