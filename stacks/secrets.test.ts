import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { InputError } from "../infra/model/errors.ts";
import type { SecretReference } from "../infra/model/settings/secret.ts";
import { readSecrets } from "./secrets.ts";

const env = (name: string): SecretReference => ({ secret: { env: name } });

function resolver(values: Record<string, string>) {
  const asked: string[] = [];
  const resolve = ({ secret }: SecretReference): Promise<string> => {
    const name = "env" in secret ? secret.env : secret.file;
    asked.push(name);
    const value = values[name];
    if (value !== undefined) return Promise.resolve(value);
    return Promise.reject(new InputError("?", [{ key: `secret.env ${name}`, message: "is not set" }]));
  };
  return { resolve, asked };
}

describe("readSecrets", () => {
  it("reads each reference in the data once and gives its value as a Pulumi secret", async () => {
    const { resolve, asked } = resolver({ A: "a", "/b": "b" });
    const data = {
      list: [env("A"), { deep: { secret: { file: "/b" } } }],
      again: env("A"),
      secret: "plain",
      none: null,
    };
    const secret = await readSecrets(resolve, data);
    expect(asked).toEqual(["A", "/b"]);
    const value = secret(env("A"));
    expect(await pulumi.isSecret(value)).toBe(true);
    expect(await new Promise((done) => value.apply(done))).toBe("a");
  });

  it("names all that can't be read at once", async () => {
    const { resolve } = resolver({ B: "b" });
    const failure = await readSecrets(resolve, [env("A"), env("B"), env("C")]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ issues: [{ key: "secret.env A" }, { key: "secret.env C" }] });
  });

  it("gives nothing that was not read beforehand", async () => {
    const secret = await readSecrets(resolver({}).resolve, []);
    expect(() => secret(env("A"))).toThrow("not read beforehand: env A");
  });
});
