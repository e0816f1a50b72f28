import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { signingTrustsOwn } from "./signing-trusts-own.ts";

const key = `MCowBQYDK2VwAyEA${"A".repeat(43)}=`;
const signing = (...names: string[]) => ({
  signing: {
    key: { secret: { env: "KEY" } },
    trusted: Object.fromEntries(names.map((name) => [name, [key]])),
  },
});

describe(signingTrustsOwn.name, () => {
  it.each(["local", "dev"])("asks for nothing in %s", (name) => {
    expect(findings(signingTrustsOwn, {}, name)).toEqual([]);
  });

  it.each(["stg", "uat", "prod"])("wants a word about it in %s", (name) => {
    expect(findings(signingTrustsOwn, {}, name)).toEqual([
      `signing: expected a key by which decisions and evidence are signed in ${name}, or false`,
    ]);
    expect(findings(signingTrustsOwn, { signing: false }, name)).toEqual([]);
    expect(findings(signingTrustsOwn, signing(name), name)).toEqual([]);
  });

  it("wants the environment's own key among those that count, anywhere", () => {
    expect(findings(signingTrustsOwn, signing("stg"), "dev")).toEqual([
      "signing.trusted.dev: expected the public key that belongs to signing.key",
    ]);
  });
});
