import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { shares } from "../infra/analysis/judge/sequential.ts";
import { parseAnalysis } from "../infra/config/analysis.ts";
import { parseJudgeWindows } from "../infra/config/judge-windows.ts";
import { parseSettings } from "../infra/config/load.ts";
import { examplesOf, keysWithoutExample, mark, renderDocs } from "./settings-docs.ts";
import { analysisSchema, renderSchema, renderWindowSchema, settingsSchema } from "./settings-schema.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const page = read("docs/settings.md");

describe("docs/settings.schema.json", () => {
  it("is up to date (else: node scripts/settings-schema.ts)", () => {
    expect(read("docs/settings.schema.json")).toBe(renderSchema());
  });

  it("asks for what has no default, and explains every key", () => {
    const schema = settingsSchema();
    expect(schema.required).toEqual(["environment", "ledger", "hosts"]);
    expect(page.split(mark)[1]).not.toMatch(/^\| `[^`]+` \|\s+\|/m);
  });
});

describe("docs/settings.md", () => {
  it("is up to date (else: node scripts/settings-schema.ts)", () => {
    expect(page).toBe(renderDocs(page, settingsSchema()));
  });

  it("has a small and a complete example that are right", () => {
    const [smallest, complete, part] = examplesOf(page);
    expect(Object.keys(parseSettings(stringify(smallest), "dev.yaml").services)).toEqual(["org1/react-ui"]);
    const { services } = parseSettings(stringify(complete), "prod.yaml");
    expect(Object.keys(services)).toEqual(["org1/react-ui", "org2/reports"]);
    const site = parseSettings(stringify({ ...(smallest as object), ...(part as object) }), "dev.yaml");
    expect(Object.keys(site.services)).toEqual(["org1/site"]);
  });

  it("shows for each key what could be written there", () => {
    expect(keysWithoutExample(page, settingsSchema())).toEqual([]);
  });
});

describe("docs/judge.md", () => {
  const judge = read("docs/judge.md");

  it("and the schema of its windows are up to date (else: node scripts/settings-schema.ts)", () => {
    expect(judge).toBe(renderDocs(judge, analysisSchema()));
    expect(read("docs/judge-window.schema.json")).toBe(renderWindowSchema());
  });

  it("shows a window and settings that are right, and explains every key", () => {
    const [, window = ""] = /```json\n(.*?)```/s.exec(judge) ?? [];
    expect(parseJudgeWindows(JSON.stringify(JSON.parse(window)), "docs/judge.md")).toHaveLength(1);
    const [settings] = examplesOf(judge);
    expect(parseAnalysis(stringify(settings), "docs/judge.md")).toMatchObject(settings as object);
    expect(judge.split(mark)[1]).not.toMatch(/^\| `[^`]+` \|\s+\|/m);
  });

  it("says how alpha is divided as the code does", () => {
    const said = [...judge.matchAll(/^\|[^|]+\|[^|]+\| +(\d+) % \|/gm)].map(([, percent]) => Number(percent));
    expect(said).toEqual(Object.values(shares).map((share) => 100 * share));
  });
});

describe("stacks/config", () => {
  it.each(["local", "dev", "stg", "uat", "prod"])("%s.yaml is right, for two organisations", (environment) => {
    const file = `stacks/config/${environment}.yaml`;
    const text = read(file);
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../docs/settings.schema.json");
    const settings = parseSettings(text, file);
    expect(settings.environment).toBe(environment);
    expect(Object.keys(settings.services)).toEqual(["org1/react-ui", "org2/react-ui"]);
  });

  it.each(["dev", "stg", "uat", "prod"])("%s.yaml has the seed's shape and waits", (environment) => {
    const file = `stacks/config/${environment}.yaml`;
    const { hosts, services } = parseSettings(read(file), file);
    for (const { engine, shell, root } of Object.values(hosts)) {
      expect({ engine, root }).toEqual({ engine: { kind: "ssh" }, root: "/datadisk" });
      expect(shell).toMatchObject({ kind: "ssh", privateKey: { secret: { file: "/datadisk/sshkey/key-pair.pem" } } });
    }
    for (const [name, { health, strategy, container }] of Object.entries(services)) {
      expect(health).toMatchObject({ tries: 30, intervalSeconds: 10, performance: { maxLatencyMilliseconds: 2000 } });
      expect(strategy.watch).toMatchObject({ seconds: 300, maxErrorPercent: 5, maxP95Milliseconds: 2000 });
      expect(container.mounts[0]?.source).toBe(`/datadisk/${name}/data`);
    }
  });
});
