import { describe, expect, it } from "vitest";
import { marksOf } from "../secret-marks.ts";
import { judge, resource, UNKNOWN } from "../testing/judge.ts";
import { secretKept as rule } from "./secret-kept.ts";

const known = [
  { value: "open sesame", resource: "host-a-blue", path: "envs" },
  { value: "dev", resource: "host-a-blue", path: "envs" },
];

describe(rule.name, () => {
  it.each<[object, string[]]>([
    [{ envs: ["PASSWORD=open sesame"] }, ["envs"]],
    [{ connection: { host: "h", privateKey: "k" } }, ["connection.privateKey"]],
    [{ create: "echo dev", password: "" }, []],
    [{ create: UNKNOWN }, []],
  ])("accepts %j with %j secret", async (properties, secret) => {
    expect(await judge(rule, properties, { marks: marksOf(secret, known) })).toBe("passes");
  });

  it("refuses in plain what is secret elsewhere, and doesn't repeat it", async () => {
    const found = await judge(rule, { create: "login 'open sesame'" }, { marks: marksOf([], known) });
    expect(found).toEqual([
      "create: in plain what is secret in host-a-blue (envs) | a Pulumi secret here too, e.g. pulumi.interpolate`...`",
    ]);
  });

  it.each(["password", "privateKey", "plaintextValue", "token"])("refuses a plain %s", async (name) => {
    expect(await judge(rule, { connection: { [name]: "x" } }, { marks: marksOf(["connection.other"], []) })).toEqual([
      `connection.${name}: a plain text | a Pulumi secret, e.g. pulumi.secret(...)`,
    ]);
  });

  it("takes the length from the configuration", async () => {
    const marks = marksOf([], known);
    expect(await judge(rule, { create: "login 'open sesame'" }, { marks, config: { minLength: 12 } })).toBe("passes");
  });

  it("refuses everything where nobody said what is secret", async () => {
    const outcome = await rule.judge({ ...resource({}), marks: undefined }, {});
    expect(outcome).toMatchObject({ kind: "violated", violations: [{ property: "inputs" }] });
  });
});
