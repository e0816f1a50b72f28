import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readBreaking } from "../../infra/gates/breaking/report.ts";
import type { BreakingReport } from "../../infra/model/breaking.ts";
import { ensureOasdiff } from "../toolchain/oasdiff.ts";

const sluice = fileURLToPath(new URL("../sluice.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sluice-breaking-"));
const settings = join(folder, "settings");
let repository = "";
let count = 0;

beforeAll(async () => {
  await ensureOasdiff(() => undefined);
  write(join(settings, "dev.yaml"), {
    environment: "dev",
    ledger: { kind: "sqlite", file: "~/ledger.db" },
    hosts: { here: { engine: { kind: "unix" }, shell: { kind: "local" } } },
    services: {
      "org1/react-ui": {
        image: "registry.example.com/org1/react-ui",
        ports: { blue: 3101, green: 3102 },
        container: { port: 8080, environment: { DATABASE_URL: "postgres://db" } },
        health: { http: { path: "/api/health" }, readiness: { path: "/api/health/ready?full=1" }, database: false },
      },
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A repository with its first release, tagged v1. */
beforeEach(() => {
  repository = join(folder, `repository-${(count += 1)}`);
  mkdirSync(repository);
  git("init", "--quiet", "--initial-branch=main");
  commit("feat: begin", { "sluice.contract.yaml": contract(), "api/openapi.yaml": openapi() });
  git("tag", "v1");
});

function git(...args: readonly string[]): string {
  const identity = ["-c", "user.name=alice", "-c", "user.email=alice@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", ["-C", repository, ...identity, ...args], { encoding: "utf8" }).trim();
}

function write(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : stringify(content));
}

/** Commits these files; null takes one away. */
function commit(message: string, files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) git("rm", "--quiet", path);
    else write(join(repository, path), content);
  }
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", message);
}

function contract(over: object = {}) {
  return {
    openapi: "api/openapi.yaml",
    environment: { required: ["DATABASE_URL"] },
    health: { http: "/api/health", readiness: "/api/health/ready" },
    migrations: { files: "db/*.up.sql", undo: "db/*.down.sql" },
    ...over,
  };
}

interface Shape {
  readonly required?: boolean;
  readonly states?: readonly string[];
  readonly type?: string;
  readonly paths?: object;
}

function openapi({ required = false, states = ["open", "closed"], type = "string", paths = legacy }: Shape = {}) {
  const state = { type: "string", enum: states };
  const schema = { type: "object", required: ["id"], properties: { id: { type }, state } };
  return {
    openapi: "3.0.3",
    info: { title: "orders", version: "1" },
    paths: {
      "/orders": {
        get: {
          operationId: "orders",
          parameters: [{ name: "page", in: "query", required, schema: { type: "integer" } }],
          responses: { "200": { description: "ok", content: { "application/json": { schema } } } },
        },
      },
      ...paths,
    },
  };
}

const legacy = { "/legacy": { get: { responses: { "200": { description: "ok" } } } } };

function run(args: readonly string[], cwd = folder) {
  const env = { ...process.env, SLUICE_CONFIG_DIR: settings };
  const { status, stdout, stderr } = spawnSync(process.execPath, [sluice, "breaking", ...args], {
    cwd,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function compared(from = "v1", to = "HEAD", ...more: readonly string[]) {
  const { status, stdout, stderr } = run([from, to, "--repository", repository, "--json", ...more]);
  const read = readBreaking(stdout);
  if (read.kind !== "read") throw new Error(`${stdout}\n${stderr}`);
  return { status, report: read.report, findings: read.report.findings.map(inShort) };
}

const inShort = ({ kind, severity, id, where }: BreakingReport["findings"][number]) => [kind, severity, id, where];
const forDev = ["--environment", "dev", "--service", "org1/react-ui"];

describe("sluice breaking", () => {
  it("finds nothing in a harmless addition, and names both commits in full", () => {
    const added = { "/invoices": { get: { responses: { "200": { description: "ok" } } } } };
    commit("feat(api): invoices", { "api/openapi.yaml": openapi({ paths: { ...legacy, ...added } }) });
    const { status, report } = compared("v1", "HEAD", ...forDev);
    expect(status).toBe(0);
    expect(report).toMatchObject({
      from: { ref: "v1", commit: git("rev-parse", "v1") },
      to: { ref: "HEAD", commit: git("rev-parse", "HEAD") },
      environment: "dev",
      service: "org1/react-ui",
      findings: [],
    });
  });

  it.each<[string, Shape, string, string]>([
    ["an endpoint that is gone", { paths: {} }, "api-path-removed-without-deprecation", "GET /legacy"],
    ["a parameter that must be given", { required: true }, "request-parameter-became-required", "GET /orders"],
    [
      "an answer with more in it",
      { states: ["open", "closed", "lost"] },
      "response-property-enum-value-added",
      "GET /orders",
    ],
    ["an answer of another type", { type: "integer" }, "response-property-type-changed", "GET /orders"],
  ])("finds %s", (_what, shape, id, where) => {
    commit("feat: change", { "api/openapi.yaml": openapi(shape) });
    const { status, findings } = compared();
    expect(status).toBe(1);
    expect(findings).toEqual([["openapi", "breaking", id, where]]);
  });

  it("goes by what commits say of themselves", () => {
    commit("feat(api)!: drop the old login", {});
    const bang = git("rev-parse", "HEAD").slice(0, 12);
    commit("fix: rename\n\nLonger words.\n\nBREAKING CHANGE: the cookie has another name\n", {});
    const footer = git("rev-parse", "HEAD").slice(0, 12);
    commit("docs: not a BREAKING CHANGE at all", {});
    const { report } = compared();
    expect(report.findings.map(({ where, what }) => [where, what]).toSorted()).toEqual(
      [
        [bang, "feat(api)!: drop the old login: drop the old login"],
        [footer, "fix: rename: the cookie has another name"],
      ].toSorted(),
    );
  });

  it("finds variables that the environment lacks, health paths that nobody answers, and migrations for good", () => {
    commit("feat: much", {
      "sluice.contract.yaml": contract({
        environment: { required: ["DATABASE_URL", "SESSION_KEY"] },
        health: { http: "/healthz", readiness: "/api/health/ready" },
      }),
      "db/001.up.sql": "create table a ();",
      "db/001.down.sql": "drop table a;",
      "db/002.up.sql": "drop table b;",
      "db/003.up.sql": "-- sluice:irreversible\nupdate a set x = null;",
      "db/003.down.sql": "select 1;",
      "db/deeper/004.up.sql": "not one by the contract",
    });
    expect(compared("v1", "HEAD", ...forDev).findings).toEqual([
      ["environment", "breaking", "variable-lacking", "SESSION_KEY"],
      ["health", "breaking", "path-changed", "http"],
      ["health", "breaking", "path-not-answered", "http"],
      ["migration", "breaking", "irreversible", "db/003.up.sql"],
      ["migration", "breaking", "undo-missing", "db/002.up.sql"],
    ]);
    expect(compared().findings).toEqual([
      ["health", "breaking", "path-changed", "http"],
      ["migration", "breaking", "irreversible", "db/003.up.sql"],
      ["migration", "breaking", "undo-missing", "db/002.up.sql"],
      ["environment", "unsure", "variable-added", "SESSION_KEY"],
    ]);
  });

  it("doesn't take what it can't compare with for harmless", () => {
    commit("chore: less", { "sluice.contract.yaml": "environment: { required: [DATABASE_URL] }\n" });
    expect(compared().findings.map(([kind, , id, where]) => [kind, id, where])).toEqual([
      ["contract", "section-dropped", "health"],
      ["contract", "section-dropped", "migrations"],
      ["contract", "section-dropped", "openapi"],
    ]);
    // The way back: the older one has no document to compare with, and what came after is left behind.
    expect(compared("HEAD", "v1").findings.map(([kind, , id, where]) => [kind, id, where])).toEqual([
      ["commit", "not-an-ancestor", "HEAD"],
      ["openapi", "not-compared", "openapi"],
    ]);
  });

  it("says of an older commit without a contract, or with a spoilt document, that nobody knows", () => {
    commit("chore: none", { "sluice.contract.yaml": null });
    git("tag", "without");
    commit("chore: spoilt", { "sluice.contract.yaml": contract(), "api/openapi.yaml": "hello: world\n" });
    git("tag", "spoilt");
    commit("chore: external", { "api/openapi.yaml": { ...openapi(), paths: { "/a": { $ref: "./other.yaml" } } } });
    git("tag", "external");
    commit("chore: good", { "api/openapi.yaml": openapi() });
    expect(compared("without").findings).toEqual([
      ["contract", "unsure", "not-compared", "sluice.contract.yaml"],
      ["environment", "unsure", "variable-added", "DATABASE_URL"],
    ]);
    expect(compared("spoilt").report.findings).toMatchObject([
      {
        id: "not-compared",
        what: expect.stringContaining("api/openapi.yaml at spoilt: expected an OpenAPI 3") as string,
      },
    ]);
    expect(compared("external").report.findings).toMatchObject([
      { id: "not-compared", what: expect.stringContaining("disallowed external reference") as string },
    ]);
  });

  it("shows a table for people, without what a terminal would act upon", () => {
    commit("feat!: \u001b[31mred\u001b[0m", {});
    const { status, stdout } = run(["v1", "main"], repository);
    expect(status).toBe(1);
    expect(stdout).toContain("HOW SURE");
    expect(stdout).toMatch(/commit +breaking +[0-9a-f]{12} +feat!: \[31mred/);
    expect(stdout).toContain("to main (");
    expect(stdout).not.toContain("\u001b");
  });

  it("runs nothing of the repository", () => {
    const trap = join(repository, "trap.sh");
    const seen = join(repository, "seen");
    write(trap, `#!/bin/sh\ntouch '${seen}'\ncat\n`);
    execFileSync("chmod", ["+x", trap]);
    for (const key of [
      "core.fsmonitor",
      "diff.external",
      "diff.trap.textconv",
      "filter.trap.smudge",
      "gpg.program",
      "core.pager",
    ])
      git("config", key, trap);
    git("config", "log.showSignature", "true");
    commit("feat: trap", { ".gitattributes": "* diff=trap filter=trap\n", "api/openapi.yaml": openapi({ paths: {} }) });
    rmSync(seen, { force: true });
    expect(compared().findings).toHaveLength(1);
    expect(() => readFileSync(seen)).toThrow(/ENOENT/);
  });

  it("says all that is wrong at once, and ends with 2", () => {
    commit("feat: wrong", {
      "sluice.contract.yaml": { openapi: "api/none.yaml", migrations: { files: "db/**" }, extra: 1 },
    });
    const { status, stdout } = run(["v0", "HEAD", "--repository", repository, "--json", "--service", "org1/react-ui"]);
    const { error } = JSON.parse(stdout) as { error: { kind: string; issues: { key: string; message: string }[] } };
    expect(status).toBe(2);
    expect(error.issues.map(({ key }) => key)).toEqual([
      "<from>",
      "sluice.contract.yaml at HEAD, migrations.files",
      "sluice.contract.yaml at HEAD",
      "--environment",
    ]);
  });

  it.each<[string, () => void, RegExp]>([
    [
      "no contract",
      () => commit("chore: none", { "sluice.contract.yaml": null }),
      /sluice\.contract\.yaml at HEAD: expected the service's contract/,
    ],
    [
      "a document that isn't there",
      () => commit("chore: none", { "api/openapi.yaml": null }),
      /at HEAD, openapi: api\/openapi\.yaml: found no such file/,
    ],
    [
      "a document that is none",
      () => commit("chore: none", { "api/openapi.yaml": "swagger: '2.0'\npaths: {}\n" }),
      /api\/openapi\.yaml: expected an OpenAPI 3 document: openapi: /,
    ],
    [
      "a document of several files",
      () => commit("chore: $ref", { "api/openapi.yaml": openapi({ paths: { "/a": { $ref: "./a.yaml" } } }) }),
      /expected a document that oasdiff can read: .*disallowed external reference/,
    ],
  ])("refuses a newer commit with %s", (_what, change, message) => {
    change();
    const { status, stderr } = run(["v1", "HEAD", "--repository", repository]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it("refuses a folder that is no repository, half a history, and options for git in a reference", () => {
    expect(run(["v1", "HEAD", "--repository", settings])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--repository: expected a git repository/) as string,
    });
    commit("feat: more", {});
    const shallow = join(folder, `shallow-${count}`);
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${repository}`, shallow]);
    expect(run(["HEAD", "HEAD", "--repository", shallow])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/found a shallow clone/) as string,
    });
    expect(run(["--repository", repository, "--", "--all", "HEAD"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/<from>: expected a tag, branch or commit/) as string,
    });
  });
});
