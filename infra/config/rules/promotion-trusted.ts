import type { Rule } from "../rule.ts";

const promoted: Readonly<Record<string, string>> = { uat: "stg", prod: "stg and uat" };

/** Evidence counts by its signature: each environment that a release must come through needs a key that is trusted. */
export const promotionTrusted: Rule = {
  name: "promotion-trusted",
  check: ({ fileName, gates, signing, named }) => {
    if (gates === undefined) return [];
    const { promotion } = gates;
    const from = promoted[fileName];
    if (promotion === undefined && from !== undefined) {
      const message = `expected where a release must have been healthy before ${fileName} (e.g. ${from}), or false`;
      return [{ path: ["gates", "promotion"], message }];
    }
    if (!promotion) return [];
    const isOwn = (name: string) => name === fileName;
    const trusted = signing.given ? Object.keys(signing.given.trusted) : [];
    const isWrong = named.keys.includes("signing") && signing.given === undefined;
    return promotion.from.flatMap((name, index) => {
      const path = ["gates", "promotion", "from", index];
      if (isOwn(name)) return [{ path, message: `expected another environment than ${fileName} itself` }];
      if (promotion.from.indexOf(name) < index) return [{ path, message: `expected each once, found ${name} twice` }];
      if (isWrong || trusted.includes(name)) return [];
      const message = `expected an environment whose public key is in signing.trusted, found ${name}`;
      return [{ path, message }];
    });
  },
};
