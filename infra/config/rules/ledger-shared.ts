import type { Rule } from "../rule.ts";

const sharedEnvironments = ["stg", "uat", "prod"];

/** Where several people and runners release, a file on one machine is not the history of all of them. */
export const ledgerShared: Rule = {
  name: "ledger-shared",
  check: ({ fileName, ledger }) =>
    ledger?.kind === "sqlite" && sharedEnvironments.includes(fileName)
      ? [
          {
            path: ["ledger", "kind"],
            message: `expected "postgres" in ${fileName}, which a team shares, found "sqlite"`,
          },
        ]
      : [],
};
