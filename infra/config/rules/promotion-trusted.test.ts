import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { promotionTrusted } from "./promotion-trusted.ts";

const key = `MCowBQYDK2VwAyEA${"A".repeat(43)}=`;
const settings = (from: readonly string[], trusted: readonly string[]) => ({
  gates: { promotion: { from } },
  signing: {
    key: { secret: { env: "KEY" } },
    trusted: Object.fromEntries(trusted.map((name) => [name, [key]])),
  },
});

describe(promotionTrusted.name, () => {
  it.each(["local", "dev", "stg"])("asks for nothing in %s", (name) => {
    expect(findings(promotionTrusted, {}, name)).toEqual([]);
  });

  it.each([
    ["uat", ["stg"]],
    ["prod", ["stg", "uat"]],
  ])("wants a word about it in %s", (name, from) => {
    expect(findings(promotionTrusted, {}, name)).toEqual([
      `gates.promotion: expected where a release must have been healthy before ${name} (${from.join(" and ")}), or false`,
    ]);
    expect(findings(promotionTrusted, { gates: { promotion: false } }, name)).toEqual([]);
    expect(findings(promotionTrusted, settings(from, [...from, name]), name)).toEqual([]);
  });

  it.each([
    ["uat", ["dev"], "stg in it, found no stg"],
    ["prod", ["stg"], "stg and uat in it, found no uat"],
    ["prod", ["uat"], "stg and uat in it, found no stg"],
    ["prod", ["dev"], "stg and uat in it, found no stg and no uat"],
  ])("leaves none out that comes before %s: %j", (name, from, what) => {
    expect(findings(promotionTrusted, settings(from, [...from, name]), name)).toEqual([
      `gates.promotion.from: expected ${what}; only "promotion: false" says that a release needn't have been healthy there`,
    ]);
  });

  it("takes more than those, and any in another environment", () => {
    expect(findings(promotionTrusted, settings(["dev", "uat", "stg"], ["dev", "stg", "uat", "prod"]), "prod")).toEqual(
      [],
    );
    expect(findings(promotionTrusted, settings(["qa"], ["qa", "dev"]), "dev")).toEqual([]);
  });

  it("wants every environment in it to have a key that counts, itself left out, each once", () => {
    expect(
      findings(promotionTrusted, settings(["stg", "prod", "qa", "uat", "stg"], ["stg", "uat", "prod"]), "prod"),
    ).toEqual([
      "gates.promotion.from.1: expected another environment than prod itself",
      "gates.promotion.from.2: expected an environment whose public key is in signing.trusted, found qa",
      "gates.promotion.from.4: expected each once, found stg twice",
    ]);
  });

  it("finds no key where nothing is signed", () => {
    expect(findings(promotionTrusted, { gates: { promotion: { from: ["stg"] } }, signing: false }, "dev")).toEqual([
      "gates.promotion.from.0: expected an environment whose public key is in signing.trusted, found stg",
    ]);
  });
});
