import type { BreakingFinding } from "../../model/breaking.ts";
import { type Contract, contractFile } from "../../model/contract.ts";
import { commitFindings } from "./commits.ts";
import { environmentFindings } from "./environment.ts";
import type { Before, Facts } from "./facts.ts";
import { healthFindings } from "./health.ts";
import { migrationFindings } from "./migrations.ts";
import { openapiFindings } from "./openapi.ts";
import { words } from "./words.ts";

const sections = ["openapi", "environment", "health", "migrations"] as const;

/** All that may break somebody between two commits, in an order of its own: what can't be told counts, too. */
export function compare(facts: Facts): readonly BreakingFinding[] {
  const { from, contract, settings } = facts;
  const before = from.contract.kind === "read" ? from.contract.contract : null;
  const found = [
    ...contractFindings(from, contract),
    ...openapiFindings(facts.openapi),
    ...historyFindings(facts),
    ...commitFindings(facts.commits),
    ...environmentFindings(before, contract, settings),
    ...healthFindings(before, contract, settings),
    ...migrationFindings(facts.migrations, facts.touchedMigrations),
  ];
  const clean = found.map((one) => ({ ...one, where: words(one.where), what: words(one.what) }));
  return clean.sort((a, b) => order(key(a), key(b)));
}

/** Without a contract there is nothing to keep to: nobody knows what somebody relied on. */
function contractFindings({ ref, contract }: Before, after: Contract): readonly BreakingFinding[] {
  if (contract.kind === "unknown") {
    const what = `at ${ref} it can't be compared with: ${contract.reason}`;
    return [{ kind: "contract", id: "not-compared", severity: "unsure", where: contractFile, what }];
  }
  return sections
    .filter((section) => contract.contract[section] !== undefined && after[section] === undefined)
    .map((where) => ({
      kind: "contract",
      id: "section-dropped",
      severity: "unsure",
      where,
      what: `${contractFile} no longer says anything of it: nobody can tell what became of it`,
    }));
}

function historyFindings({ follows, from }: Facts): readonly BreakingFinding[] {
  if (follows) return [];
  const what = "the newer commit doesn't come after it: what it brought may be missing";
  return [{ kind: "commit", id: "not-an-ancestor", severity: "unsure", where: from.ref, what }];
}

function key({ kind, severity, id, where, what }: BreakingFinding): string {
  return JSON.stringify([severity, kind, id, where, what]);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
