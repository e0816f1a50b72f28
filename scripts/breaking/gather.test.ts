import { stringify } from "yaml";
import { describe, expect, it } from "vitest";
import type { Repository } from "../../infra/adapters/repository.ts";
import type { Given } from "../../infra/analysis/breaking/facts.ts";
import { gather, reportOf } from "./gather.ts";

const commits: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: { "db/1.sql": "create table a ();", "db/2.sql": "create table b ();" },
  v2: { "db/1.sql": "create table a (id int);", "db/3.sql": "create table c ();" },
};
const contract = stringify({ environment: { required: ["DATABASE_URL", "KEY"] }, migrations: { files: "db/*.sql" } });
const files = (commit: string) => commits[commit] ?? {};

const repository: Repository = {
  commitOf: (ref) => Promise.resolve(ref in commits ? ref : null),
  read: (commit, path) => Promise.resolve(path === "sluice.contract.yaml" ? contract : (files(commit)[path] ?? null)),
  isAncestor: () => Promise.resolve(true),
  commitsBetween: () => Promise.resolve([]),
  addedBetween: (older, newer) =>
    Promise.resolve(Object.keys(files(newer)).filter((path) => files(older)[path] === undefined)),
  touchedBetween: (older, newer) =>
    Promise.resolve(
      Object.entries(files(older)).flatMap(([path, text]) => {
        const now = files(newer)[path];
        return now === text ? [] : [{ path, how: now === undefined ? ("removed" as const) : ("changed" as const) }];
      }),
    ),
};
const prod: Given & { service: string } = {
  environment: "prod",
  service: "org1/react-ui",
  variables: ["DATABASE_URL"],
  health: { http: null, readiness: null, database: null },
};

async function findings(from: string, to: string, settings: typeof prod | null = null) {
  const compareOpenapi = () => Promise.reject(new Error("there are no documents"));
  const { findings } = reportOf(await gather({ repository, from, to, compareOpenapi }), settings);
  return findings.map(({ id, where }) => [id, where]);
}

describe("what two commits of a repository come to", () => {
  it("has new migrations that nothing undoes, and older ones that were changed or removed", async () => {
    expect(await findings("v1", "v2")).toEqual([
      ["migration-changed", "db/1.sql"],
      ["migration-removed", "db/2.sql"],
      ["undo-missing", "db/3.sql"],
    ]);
  });

  it("has the variables that an environment lacks, also from a commit to itself", async () => {
    expect(await findings("v1", "v1", prod)).toEqual([["variable-lacking", "KEY"]]);
    expect(await findings("v1", "v1", { ...prod, variables: ["DATABASE_URL", "KEY"] })).toEqual([]);
  });
});
