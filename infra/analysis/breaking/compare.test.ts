import { describe, expect, it } from "vitest";
import type { Contract } from "../../model/contract.ts";
import { compare } from "./compare.ts";
import { readContract } from "./contract.ts";
import type { Facts, Given } from "./facts.ts";
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
