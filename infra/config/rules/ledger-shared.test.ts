import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { ledgerShared } from "./ledger-shared.ts";

const postgres = { ledger: { kind: "postgres", file: undefined, url: { secret: { env: "LEDGER_URL" } } } };

describe(ledgerShared.name, () => {
  it.each(["local", "dev"])("accepts a file in %s", (name) => {
    expect(findings(ledgerShared, {}, name)).toEqual([]);
  });

  it.each(["stg", "uat", "prod"])("wants PostgreSQL in %s", (name) => {
    expect(findings(ledgerShared, postgres, name)).toEqual([]);
    expect(findings(ledgerShared, {}, name)).toEqual([
      `ledger.kind: expected "postgres" in ${name}, which a team shares, found "sqlite"`,
    ]);
  });
});
