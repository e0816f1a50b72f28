import type { Compared } from "../../infra/adapters/oasdiff.ts";
import type { Repository } from "../../infra/adapters/repository.ts";
import { compare } from "../../infra/analysis/breaking/compare.ts";
import { readContract } from "../../infra/analysis/breaking/contract.ts";
import type { Before, Facts, Given, Migration, Openapi } from "../../infra/analysis/breaking/facts.ts";
import { migrationsAmong, migrationsTouched } from "../../infra/analysis/breaking/migrations.ts";
import { changesIn, openapiProblem } from "../../infra/analysis/breaking/openapi.ts";
import { sealed } from "../../infra/gates/breaking/report.ts";
import type { BreakingReport } from "../../infra/model/breaking.ts";
import { type Contract, contractFile } from "../../infra/model/contract.ts";
import { InputError, type Issue } from "../../infra/model/errors.ts";

export interface Question {
  readonly repository: Repository;
  readonly from: string;
  readonly to: string;
  readonly compareOpenapi: (from: string, to: string) => Promise<Compared>;
}

/** What was read of two commits. */
export interface Gathered {
  readonly from: BreakingReport["from"];
  readonly to: BreakingReport["to"];
  readonly facts: Omit<Facts, "settings">;
}

/**
 * Reads both commits.
 * @throws InputError with all that is wrong with the references and with the newer commit, which can still be mended; what
 * is wrong with the older one is a finding
 */
export async function gather({ repository, from, to, compareOpenapi }: Question): Promise<Gathered> {
  const [older, newer] = [await repository.commitOf(from), await repository.commitOf(to)];
  const issues = [...unknown("<from>", from, older), ...unknown("<to>", to, newer)];
  const after = newer === null ? null : await newerSide(repository, to, newer);
  if (older === null || newer === null || after === null || "issues" in after) {
    throw new InputError("This can't be compared:", [...issues, ...(after && "issues" in after ? after.issues : [])]);
  }
  const before = await contractAt(repository, from, older);
  return {
    from: { ref: from, commit: older },
    to: { ref: to, commit: newer },
    facts: {
      from: before,
      contract: after.contract,
      follows: await repository.isAncestor(older, newer),
      commits: await repository.commitsBetween(older, newer),
      openapi: await openapiOf({ repository, older, from, to, before, after, compareOpenapi }),
      migrations: await migrationsOf(repository, older, newer, after.contract),
      touchedMigrations: migrationsTouched(await repository.touchedBetween(older, newer), [
        ...(before.contract.kind === "read" ? [before.contract.contract] : []),
        after.contract,
      ]),
    },
  };
}

/** The report on what was read; `settings` are those of the environment that was named, null for none. */
export function reportOf(
  { from, to, facts }: Gathered,
  settings: (Given & { readonly service: string }) | null,
): BreakingReport {
  const { environment, service } = settings ?? { environment: null, service: null };
  const findings = compare({ ...facts, settings });
  return sealed({ type: "urn:sluice:breaking:v1", from, to, environment, service, findings });
}

function unknown(key: string, ref: string, commit: string | null): readonly Issue[] {
  if (commit !== null) return [];
  return [{ key, message: `expected a tag, branch or commit of the repository, found ${JSON.stringify(ref)}` }];
}

interface After {
  readonly contract: Contract;
  /** Text of its OpenAPI document. */
  readonly openapi: string | null;
}

async function newerSide(
  repository: Repository,
  ref: string,
  commit: string,
): Promise<After | { readonly issues: readonly Issue[] }> {
  const where = `${contractFile} at ${ref}`;
  const text = await repository.read(commit, contractFile);
  if (text === null)
    return { issues: [{ key: where, message: "expected the service's contract, found no such file" }] };
  const read = readContract(text);
  if (read.kind === "wrong") {
    return {
      issues: read.issues.map(({ key, message }) => ({ key: [where, key].filter(Boolean).join(", "), message })),
    };
  }
  const { contract } = read;
  if (contract.openapi === undefined) return { contract, openapi: null };
  const openapi = await repository.read(commit, contract.openapi);
  const problem = openapi === null ? "found no such file" : openapiProblem(openapi);
  if (problem === null) return { contract, openapi };
  return { issues: [{ key: `${where}, openapi`, message: `${contract.openapi}: ${problem}` }] };
}

async function contractAt(repository: Repository, ref: string, commit: string): Promise<Before> {
  const text = await repository.read(commit, contractFile);
  if (text === null) return { ref, contract: { kind: "unknown", reason: "there was none" } };
  const read = readContract(text);
  if (read.kind === "read") return { ref, contract: read };
  const reason = read.issues.map(({ key, message }) => [key, message].filter(Boolean).join(": ")).join("; ");
  return { ref, contract: { kind: "unknown", reason } };
}

interface Documents extends Pick<Question, "repository" | "from" | "to" | "compareOpenapi"> {
  readonly older: string;
  readonly before: Before;
  readonly after: After;
}

async function openapiOf(documents: Documents): Promise<Openapi> {
  const { repository, older, from, to, before, after, compareOpenapi } = documents;
  // Without an older contract that is said of the contract itself.
  if (after.openapi === null || before.contract.kind === "unknown") return { kind: "none" };
  const path = before.contract.contract.openapi;
  if (path === undefined) return { kind: "unknown", reason: `at ${from} the contract had none to compare with` };
  const text = await repository.read(older, path);
  const problem = text === null ? "found no such file" : openapiProblem(text);
  if (text === null || problem !== null) return { kind: "unknown", reason: `${path} at ${from}: ${problem ?? ""}` };
  const compared = await compareOpenapi(text, after.openapi);
  if (compared.kind === "compared") return { kind: "compared", changes: changesIn(compared.changes) };
  if (compared.to !== null) {
    const key = `${contractFile} at ${to}, openapi`;
    const message = `${after.contract.openapi ?? ""}: expected a document that oasdiff can read: ${compared.to}`;
    throw new InputError("This can't be compared:", [{ key, message }]);
  }
  return { kind: "unknown", reason: `${path} at ${from}: ${compared.from ?? ""}` };
}

async function migrationsOf(
  repository: Repository,
  older: string,
  newer: string,
  contract: Contract,
): Promise<readonly Migration[]> {
  if (contract.migrations === undefined) return [];
  const added = migrationsAmong(await repository.addedBetween(older, newer), contract);
  return Promise.all(
    added.map(async ({ path, undo }) => ({
      path,
      text: (await repository.read(newer, path)) ?? "",
      undo: undo === null ? null : { path: undo, exists: (await repository.read(newer, undo)) !== null },
    })),
  );
}
