import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { registriesDistinct } from "./registries-distinct.ts";

const registry = (address: string) => ({ address, username: "u", password: { secret: { env: "PASSWORD" } } });

describe(registriesDistinct.name, () => {
  it("accepts two registries", () => {
    expect(
      findings(registriesDistinct, { registries: [registry("a.example.com"), registry("b.example.com")] }),
    ).toEqual([]);
  });

  it("refuses one twice", () => {
    expect(
      findings(registriesDistinct, { registries: [registry("a.example.com"), registry("A.example.com")] }),
    ).toEqual(["registries.1.address: expected each registry once, found A.example.com again"]);
  });
});
