import { describe, expect, it } from "vitest";
import type { ScanReport } from "../../model/scan.ts";
import {
  found,
  grypeCycloneDx,
  grypeJson,
  grypeSarif,
  trivyCycloneDx,
  trivyJson,
  trivySarif,
} from "../testing/scans.ts";
import { sampleDigest } from "../testing/statements.ts";
import { readScan } from "./read.ts";

const read = (document: unknown) => readScan(JSON.stringify(document));

function reportOf(document: unknown): ScanReport {
  const given = read(document);
  if (given.kind !== "read") throw new Error(JSON.stringify(given));
  return given.report;
}

const at = Date.parse("2026-03-02T09:30:00.000Z");
const platform = `sha256:${"cd".repeat(32)}`;
const findings: ScanReport["findings"] = [
  { id: "CVE-2026-1001", package: "libssl3", severity: "critical", fix: "exists" },
  { id: "CVE-2026-1002", package: "zlib", severity: "medium", fix: "none" },
  { id: "CVE-2026-1002", package: "zlib-dev", severity: "medium", fix: "none" },
];

describe("a scanner's report", () => {
  it.each<[string, object, ScanReport]>([
    ["Trivy's JSON", trivyJson(), { tool: "trivy", format: "json", digests: [sampleDigest], at, findings }],
    [
      "Grype's JSON",
      grypeJson(),
      {
        tool: "grype",
        format: "json",
        digests: [sampleDigest, platform],
        at,
        findings,
      },
    ],
    ["Trivy's SARIF", trivySarif(), { tool: "trivy", format: "sarif", digests: [sampleDigest], at: null, findings }],
    ["Grype's SARIF", grypeSarif(), { tool: "grype", format: "sarif", digests: [sampleDigest], at: null, findings }],
    [
      "Trivy's CycloneDX",
      trivyCycloneDx(),
      { tool: "trivy", format: "cyclonedx", digests: [sampleDigest], at, findings },
    ],
    [
      "Grype's CycloneDX, which knows of no fixes",
      grypeCycloneDx(),
      {
        tool: "grype",
        format: "cyclonedx",
        digests: [sampleDigest],
        at,
        findings: findings.map((one) => ({ ...one, fix: "unknown" as const })),
      },
    ],
  ])("is told by its content: %s", (_what, document, report) => {
    const text = JSON.stringify(document);
    expect(readScan(text)).toEqual({
      kind: "read",
      file: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      report,
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["no report", { hello: 1 }, /no report of Trivy or Grype/],
    ["a list", [], /no report of a scanner/],
    ["Trivy's of another schema", { ...trivyJson(), SchemaVersion: 3 }, /no report of Trivy: SchemaVersion: /],
    ["Trivy's without any package", { ...trivyJson(), Results: undefined }, /nothing of any package/],
    [
      "Trivy's that looked for secrets alone",
      { ...trivyJson(), Results: [{ Class: "secret", Secrets: [] }] },
      /nothing of any package/,
    ],
    ["Trivy's bill of materials", trivyCycloneDx({ found: [] }), /none were looked for: hand in its JSON report/],
    ["Trivy's SARIF without a finding", trivySarif({ found: [] }), /hand in the tool's JSON report/],
    ["Grype's SARIF without a finding", grypeSarif({ found: [] }), /hand in the tool's JSON report/],
    ["Grype's without matches", { ...grypeJson(), matches: null }, /no report of Grype: matches: /],
    [
      "another tool's CycloneDX",
      { ...grypeCycloneDx(), metadata: { ...grypeCycloneDx().metadata, tools: [{ vendor: "anchore", name: "syft" }] } },
      /it is by syft, expected Trivy or Grype/,
    ],
    ["another tool's SARIF", { version: "2.1.0", runs: [{ tool: { driver: { name: "CodeQL" } } }] }, /it is by CodeQL/],
    ["two runs in one SARIF", { version: "2.1.0", runs: [...trivySarif().runs, ...grypeSarif().runs] }, /runs: /],
  ])("that is %s is unreadable", (_what, document, reason) => {
    expect(read(document)).toEqual({ kind: "unreadable", reason: expect.stringMatching(reason) as string });
  });

  it("that is no JSON is unreadable", () => {
    expect(readScan("CVE-2026-1")).toEqual({ kind: "unreadable", reason: "it is no JSON" });
  });

  it("of a clean image, in the tool's own JSON, has nothing in it", () => {
    expect([reportOf(trivyJson({ found: [] })), reportOf(grypeJson({ found: [] }))]).toMatchObject([
      { findings: [] },
      { findings: [] },
    ]);
    const { Results } = trivyJson();
    const clean = { ...trivyJson(), Results: Results.map(({ Target, Class }) => ({ Target, Class })) };
    expect(reportOf(clean).findings).toEqual([]);
  });

  it("by a severity that nobody knows is unknown in every form", () => {
    const odd = found.slice(0, 1).map((one) => ({ ...one, severity: "DIRE" }));
    for (const make of [trivyJson, grypeJson, trivySarif, grypeSarif, grypeCycloneDx]) {
      expect(reportOf(make({ found: odd })).findings, make.name).toMatchObject([{ severity: "unknown" }]);
    }
  });

  it.each([
    ["9.8", "critical"],
    ["7.0", "high"],
    ["6.9", "medium"],
    ["1.0", "low"],
    ["0.0", "unknown"],
    ["", "unknown"],
  ])("of Grype as SARIF says low of what is unknown, too: with score %s it is %s", (score, severity) => {
    const low = found.slice(0, 1).map((one) => ({ ...one, severity: "LOW" }));
    expect(reportOf(grypeSarif({ found: low, score })).findings).toMatchObject([{ severity }]);
  });

  it("of several ratings goes by the worst", () => {
    const [worst] = reportOf(trivyCycloneDx()).findings;
    expect(worst).toMatchObject({ id: "CVE-2026-1001", severity: "critical" });
  });

  it("leaves out what is no vulnerability", () => {
    const [run] = trivySarif().runs;
    const secret = { ruleId: "aws-access-key-id", message: { text: "Secret AWS\nSeverity: CRITICAL" } };
    const rules = [{ id: "aws-access-key-id", name: "Secret" }];
    const all = { version: "2.1.0", runs: [{ ...run, tool: { driver: { name: "Trivy", rules } }, results: [secret] }] };
    expect(read(all)).toMatchObject({ kind: "unreadable" });
  });

  it.each<[string, object]>([
    ["from an archive", { ...trivyJson(), Metadata: { ImageID: platform } }],
    ["of a folder", { ...grypeJson(), source: { type: "directory", target: "/src" } }],
    ["of an archive, as SARIF", trivySarif({ image: "react-ui.tar" })],
    ["by its tag, as Grype's SARIF", grypeSarif({ image: "registry.example.com/org1/react-ui:1.4.2" })],
  ])("has no digest when it is %s", (_what, document) => {
    expect(reportOf(document).digests).toEqual([]);
  });

  it("has no digest when Grype's SARIF is of two images", () => {
    const [one] = grypeSarif().runs;
    const [two] = grypeSarif({ image: `registry.example.com/other@${sampleDigest}` }).runs;
    const mixed = { ...one, results: [...(one?.results ?? []), ...(two?.results ?? [])] };
    expect(reportOf({ version: "2.1.0", runs: [mixed] }).digests).toEqual([]);
  });

  it.each(["2026-03-02", "yesterday", "2026-03-02T09:30:00", ""])("of %j has no time", (text) => {
    expect([reportOf(trivyJson({ at: text })).at, reportOf(grypeJson({ at: text })).at]).toEqual([null, null]);
  });

  it("may say its time with an offset, as Grype does", () => {
    expect(reportOf(grypeJson({ at: "2026-03-02T04:30:00.123456789-05:00" })).at).toBe(at + 123);
  });
});
