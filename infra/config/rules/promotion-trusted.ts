import type { Rule } from "../rule.ts";

/** What comes before an environment, whether it has settings in the same folder or not: a file that is gone opens nothing. */
const comesAfter: Readonly<Record<string, readonly string[]>> = { uat: ["stg"], prod: ["stg", "uat"] };

/**
 * Evidence counts by its signature: each environment that a release must come through needs a key that is trusted. None of
 * those that come before is left out in silence.
 */
export const promotionTrusted: Rule = {
  name: "promotion-trusted",
  check: ({ fileName, gates, signing, named }) => {
    if (gates === undefined) return [];
    const { promotion } = gates;
    const before = comesAfter[fileName] ?? [];
    if (promotion === undefined && before.length > 0) {
      const message = `expected where a release must have been healthy before ${fileName} (${before.join(" and ")}), or false`;
      return [{ path: ["gates", "promotion"], message }];
    }
    if (!promotion) return [];
    const isOwn = (name: string) => name === fileName;
    const trusted = signing.given ? Object.keys(signing.given.trusted) : [];
    const isWrong = named.keys.includes("signing") && signing.given === undefined;
    const left = before.filter((name) => !promotion.from.includes(name));
    const leftOut = {
      path: ["gates", "promotion", "from"],
      message: `expected ${before.join(" and ")} in it, found no ${left.join(" and no ")}; only "promotion: false" says that a release needn't have been healthy there`,
    };
    const wrong = promotion.from.flatMap((name, index) => {
      const path = ["gates", "promotion", "from", index];
      if (isOwn(name)) return [{ path, message: `expected another environment than ${fileName} itself` }];
      if (promotion.from.indexOf(name) < index) return [{ path, message: `expected each once, found ${name} twice` }];
      if (isWrong || trusted.includes(name)) return [];
      const message = `expected an environment whose public key is in signing.trusted, found ${name}`;
      return [{ path, message }];
    });
    return left.length > 0 ? [leftOut, ...wrong] : wrong;
  },
};
