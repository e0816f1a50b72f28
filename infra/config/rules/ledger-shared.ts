import { guardedEnvironments } from "../../model/settings/pulumi.ts";
import type { Rule } from "../rule.ts";

/** Where several people and runners release, a file on one machine is not the history of all of them. */
export const ledgerShared: Rule = {
  name: "ledger-shared",
  check: ({ fileName, ledger }) =>
    ledger?.kind === "sqlite" && guardedEnvironments.includes(fileName)
      ? [
          {
            path: ["ledger", "kind"],
            message: `expected "postgres" in ${fileName}, which a team shares, found "sqlite"`,
          },
        ]
      : [],
};
