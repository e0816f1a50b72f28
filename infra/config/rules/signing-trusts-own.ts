import { guardedEnvironments } from "../../model/settings/pulumi.ts";
import type { Rule } from "../rule.ts";

/** What is decided where a team releases can't be forged; a key that the environment itself doesn't trust proves nothing. */
export const signingTrustsOwn: Rule = {
  name: "signing-trusts-own",
  check: ({ fileName, signing, named }) => {
    if (signing.given === undefined && !named.keys.includes("signing") && guardedEnvironments.includes(fileName)) {
      const message = `expected a key by which decisions and evidence are signed in ${fileName}, or false`;
      return [{ path: ["signing"], message }];
    }
    if (!signing.given || signing.given.trusted[fileName]) return [];
    return [{ path: ["signing", "trusted", fileName], message: "expected the public key that belongs to signing.key" }];
  },
};
