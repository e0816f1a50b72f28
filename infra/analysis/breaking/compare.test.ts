import { describe, expect, it } from "vitest";
import type { Contract } from "../../model/contract.ts";
import { commitFindings } from "./commits.ts";
import { compare } from "./compare.ts";
import { readContract } from "./contract.ts";
import type { Facts, Given } from "./facts.ts";
import { migrationFindings, migrationsAmong, migrationsTouched } from "./migrations.ts";
import { changesIn, openapiProblem } from "./openapi.ts";
import { words } from "./words.ts";

const contract: Contract = {
  openapi: "openapi.yaml",
  environment: { required: ["DATABASE_URL"] },
  health: { http: "/api/health" },
  migrations: { files: "db/*.up.sql", undo: "db/*.down.sql" },
};
const nothing: Facts = {
  from: { ref: "v1", contract: { kind: "read", contract } },
  contract,
  follows: true,
  commits: [],
  openapi: { kind: "compared", changes: [] },
  migrations: [],
  touchedMigrations: [],
  settings: null,
};
const dev: Given = {
  environment: "dev",
  variables: ["DATABASE_URL"],
  health: { http: "/api/health?full=1", readiness: null, database: null },
};
const found = (facts: Partial<Facts>) =>
  compare({ ...nothing, ...facts }).map(({ kind, severity, id, where, what }) => [kind, severity, id, where, what]);

describe("what may break between two commits", () => {
  it("is nothing where nothing changed", () => {
    expect(found({})).toEqual([]);
    expect(found({ settings: dev })).toEqual([]);
  });

  it.each<[string, Partial<Facts>, readonly (readonly string[])[]]>([
    [
      "a change of the interface, sure or not",
      {
        openapi: {
          kind: "compared",
          changes: [
            { id: "a", text: "is gone", level: 3, operation: "GET", path: "/a" },
            { id: "b", text: "may be gone", level: 2 },
          ],
        },
      },
      [
        ["openapi", "breaking", "a", "GET /a", "is gone"],
        ["openapi", "unsure", "b", "", "may be gone"],
      ],
    ],
    [
      "an older document that can't be compared with",
      { openapi: { kind: "unknown", reason: "it is none" } },
      [["openapi", "unsure", "not-compared", "openapi", "it is none"]],
    ],
    [
      "an older commit without a contract",
      { from: { ref: "v1", contract: { kind: "unknown", reason: "there was none" } }, settings: dev },
      [
        [
          "contract",
          "unsure",
          "not-compared",
          "sluice.contract.yaml",
          "at v1 it can't be compared with: there was none",
        ],
      ],
    ],
    [
      "a contract that says less",
      { contract: { environment: { required: [] } }, openapi: { kind: "none" } },
      ["health", "migrations", "openapi"].map((section) => [
        "contract",
        "unsure",
        "section-dropped",
        section,
        "sluice.contract.yaml no longer says anything of it: nobody can tell what became of it",
      ]),
    ],
    [
      "commits that were left behind",
      { follows: false },
      [
        [
          "commit",
          "unsure",
          "not-an-ancestor",
          "v1",
          "the newer commit doesn't come after it: what it brought may be missing",
        ],
      ],
    ],
    [
      "a variable that nobody looked for",
      { contract: { ...contract, environment: { required: ["DATABASE_URL", "KEY", "KEY"] } } },
      [
        [
          "environment",
          "unsure",
          "variable-added",
          "KEY",
          "it is needed now, and nobody looked whether the environment gives it",
        ],
      ],
    ],
    [
      "a variable that the environment lacks, needed before or not",
      { settings: { ...dev, variables: [] } },
      [
        [
          "environment",
          "breaking",
          "variable-lacking",
          "DATABASE_URL",
          "it is needed, and the settings of dev don't give it",
        ],
      ],
    ],
    [
      "a health path that moved",
      { contract: { ...contract, health: { http: "/healthz" } }, settings: dev },
      [
        ["health", "breaking", "path-changed", "http", "/api/health became /healthz"],
        [
          "health",
          "breaking",
          "path-not-answered",
          "http",
          "the settings of dev ask /api/health?full=1, and the contract has /healthz",
        ],
      ],
    ],
    [
      "a health path that is gone",
      { contract: { ...contract, health: {} } },
      [["health", "breaking", "path-removed", "http", "/api/health is gone"]],
    ],
  ])("is %s", (_what, facts, expected) => {
    expect(found(facts)).toEqual(expected);
  });

  it("comes in one order, whatever the order in which it was found", () => {
    const changes = ["c", "a", "b"].map((id) => ({ id, text: id, level: 3 }));
    const ids = (list: typeof changes) => found({ openapi: { kind: "compared", changes: list } }).map(([, , id]) => id);
    expect(ids(changes)).toEqual(["a", "b", "c"]);
    expect(ids(changes.toReversed())).toEqual(["a", "b", "c"]);
  });
});

describe("conventional commits", () => {
  it.each<[string, readonly string[]]>([
    ["feat(api)!: drop a", ["feat(api)!: drop a: drop a"]],
    ["feat: a\n\nBREAKING CHANGE: b\n is gone", ["feat: a: b is gone"]],
    ["feat: a\n\nBREAKING-CHANGE: b", ["feat: a: b"]],
    ["feat-api!: a", ["feat-api!: a: a"]],
    ["feat-api(b-c)!: a", ["feat-api(b-c)!: a: a"]],
    ["feat: many (#7)\n\n* feat!: a\n\n* fix: b\n\n* fix-all(x)!: c", ["feat!: a", "fix-all(x)!: c"]],
    ["Many\n\n- fix(x)!: a\n  - feat!: b\n- docs: c", ["fix(x)!: a", "feat!: b"]],
    ["Squashed commit of the following:\n\ncommit abc\n\n    feat!: a", ["feat!: a"]],
    ["feat: many\n\n* BREAKING CHANGE: a", ["feat: many: a"]],
    ["feat: many\n\n- BREAKING CHANGE: a", ["BREAKING CHANGE: a"]],
    ["feat: a\n\n* not this one! : b\n- nor: this!", []],
    ["feat: a\n\nNo BREAKING CHANGE here", []],
    ["Merge branch 'next'", []],
    ["  \n", []],
    ["", []],
  ])("%j says %j", (message, what) => {
    const hash = "ab".repeat(20);
    expect(commitFindings([{ hash, message }]).map((one) => one.what)).toEqual(what);
  });
});

describe("migrations", () => {
  it("are the new files that the contract means, each with what undoes it", () => {
    const added = ["db/1.up.sql", "db/1.down.sql", "db/sub/2.up.sql", "db/.up.sql", "up.sql", "db/$&.up.sql"];
    expect(migrationsAmong(added, contract)).toEqual([
      { path: "db/1.up.sql", undo: "db/1.down.sql" },
      { path: "db/.up.sql", undo: "db/.down.sql" },
      { path: "db/$&.up.sql", undo: "db/$&.down.sql" },
    ]);
    const flat = { migrations: { files: "db/*.sql", undo: "db/*.undo.sql" } };
    expect(migrationsAmong(["db/1.sql", "db/1.undo.sql"], flat)).toEqual([{ path: "db/1.sql", undo: "db/1.undo.sql" }]);
    expect(migrationsAmong(["db/1.sql"], { migrations: { files: "db/*.sql" } })).toEqual([
      { path: "db/1.sql", undo: null },
    ]);
    expect(migrationsAmong(added, {})).toEqual([]);
  });

  it("can't be undone without what undoes them, or when they say so", () => {
    const undo = { path: "db/1.down.sql", exists: true };
    const ids = (text: string, by: typeof undo | null) =>
      migrationFindings([{ path: "db/1.up.sql", text, undo: by }], []).map(({ id }) => id);
    expect(ids("create table a", undo)).toEqual([]);
    expect(ids("create table a", null)).toEqual(["undo-missing"]);
    expect(ids("drop table a", { ...undo, exists: false })).toEqual(["undo-missing"]);
    expect(ids("-- sluice:irreversible", undo)).toEqual(["irreversible"]);
  });
});

describe("migrations of before", () => {
  const touched = [
    { path: "db/1.up.sql", how: "changed" },
    { path: "db/1.down.sql", how: "removed" },
    { path: "old/1.sql", how: "removed" },
    { path: "src/a.ts", how: "changed" },
  ] as const;

  it("are told by the contract of then and of now", () => {
    const older = { migrations: { files: "old/*.sql" } };
    expect(migrationsTouched(touched, [older, contract])).toEqual([
      { path: "db/1.up.sql", how: "changed", role: "migration" },
      { path: "db/1.down.sql", how: "removed", role: "undo" },
      { path: "old/1.sql", how: "removed", role: "migration" },
    ]);
    expect(migrationsTouched(touched, [{}])).toEqual([]);
  });

  it("count when they aren't as they were", () => {
    expect(found({ touchedMigrations: migrationsTouched(touched, [contract]) })).toEqual([
      [
        "migration",
        "breaking",
        "migration-changed",
        "db/1.up.sql",
        "an older migration, which ran as it was, was changed",
      ],
      ["migration", "breaking", "undo-removed", "db/1.down.sql", "what undoes an older migration was removed"],
    ]);
  });
});

describe("a contract", () => {
  it("may be empty, and says all that is wrong with it", () => {
    expect(readContract("")).toEqual({ kind: "read", contract: {} });
    const wrong = readContract(
      "openapi: ../a.yaml\nenvironment: { required: [1A] }\nmigrations: { files: db }\nmore: 1\n",
    );
    expect(wrong.kind === "wrong" && wrong.issues.map(({ key }) => key)).toEqual([
      "openapi",
      "environment.required.0",
      "migrations.files",
      "",
    ]);
    expect(readContract("a: [")).toMatchObject({ kind: "wrong", issues: [{ key: "" }] });
  });

  it.each(["/etc/passwd", "a/../b", "./a", "a//b", "a/", "..", "a:b", "a\\b", ""])(
    "doesn't take %j for a path",
    (path) => {
      expect(readContract(`openapi: ${JSON.stringify(path)}`).kind).toBe("wrong");
    },
  );
});

describe("an OpenAPI document", () => {
  it.each<[string, RegExp | null]>([
    ["openapi: 3.1.0\npaths: {}\n", null],
    ['{ "openapi": "3.0.3", "paths": { "/a": {} } }', null],
    ["openapi: 3.1.0\n", /: paths: /],
    ["swagger: '2.0'\npaths: {}\n", /: openapi: /],
    ["openapi: 4.0.0\npaths: {}\n", /expected version 3/],
    ["hello", /expected an OpenAPI 3 document/],
    ["", /expected an OpenAPI 3 document/],
    ["a: [", /expected YAML or JSON/],
  ])("%j: %s", (text, problem) => {
    const said = openapiProblem(text);
    if (problem === null) expect(said).toBeNull();
    else expect(said).toMatch(problem);
  });

  it("without an answer that is a list isn't one without changes", () => {
    expect(changesIn([])).toEqual([]);
    for (const answer of [null, {}, "", [{ id: "a" }]]) expect(() => changesIn(answer)).toThrow();
  });
});

it("texts of a repository come in one line that a terminal takes for text", () => {
  expect(words(" a\n\tb\u001b[31m\u202ec\u0007 ")).toBe("a b [31m c");
  expect(words("x".repeat(400))).toHaveLength(300);
});
