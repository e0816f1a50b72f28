import { describe, expect, it } from "vitest";
import type { ScanReport } from "../model/scan.ts";
import { type ScanLimits, scanSettings } from "../model/settings/scan.ts";
import type { Given } from "./given.ts";
import { readScan } from "./scan/read.ts";
import { scanGate, type ScanInputs } from "./scan.ts";
import { expectNeverOpens } from "./testing/never-opens.ts";
import { found, grypeJson, trivyJson, trivySarif } from "./testing/scans.ts";
import { sampleDigest, sampleRevision } from "./testing/statements.ts";

const limits = (over: object = {}): ScanLimits => scanSettings.parse(over);
const scanOf = (document: unknown): Given<ScanReport> => readScan(JSON.stringify(document));
const clean = scanOf(grypeJson({ found: [] }));
const now = Date.parse("2026-03-02T10:00:00.000Z");
const good: ScanInputs = { limits: limits(), digest: sampleDigest, scan: clean, now };
const ignoring = (...entries: readonly object[]) =>
  limits({ ignore: entries.map((one) => ({ reason: "not reached", until: "2026-03-02", ...one })) });
const whole = scanOf(trivyJson());
const [critical] = found;
const oneOf = (severity: string, fixed = "") =>
  scanOf(trivyJson({ found: [{ id: "CVE-2026-1", package: "zlib", severity, fixed }] }));

describe("the scan gate", () => {
  it("lets an image in that was scanned just now and is clean, and says by which report", () => {
    expect(scanGate(good)).toEqual({
      gate: "scan",
      allowed: true,
      reason: "grype found nothing high or worse (0 that don't count, 0 ignored)",
      inputs: {
        digest: sampleDigest,
        failOn: "high",
        onlyFixed: false,
        maxAgeHours: 24,
        now: "2026-03-02T10:00:00.000Z",
        tool: "grype",
        format: "json",
        file: clean.kind === "read" ? clean.file : "",
        of: [sampleDigest, sampleRevision],
        scannedAt: "2026-03-02T09:30:00.000Z",
        counts: { unknown: 0, critical: 0, high: 0, medium: 0, low: 0, negligible: 0 },
        denying: [],
        ignored: [],
        expired: [],
      },
    });
  });

  it("keeps one out that isn't, and names the worst first", () => {
    const decision = scanGate({ ...good, scan: whole, limits: limits({ failOn: "medium" }) });
    expect(decision).toMatchObject({
      allowed: false,
      reason:
        "3 vulnerabilities medium or worse: CVE-2026-1001 (critical, libssl3), CVE-2026-1002 (medium, zlib), CVE-2026-1002 (medium, zlib-dev)",
      inputs: { counts: { critical: 1, medium: 2, high: 0 }, denying: { length: 3 } },
    });
  });

  it("names no more than 20 in the ledger, and how many there are", () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ ...critical, id: `CVE-2026-${n}` }) as (typeof found)[number]);
    const decision = scanGate({ ...good, scan: scanOf(trivyJson({ found: many })) });
    expect(decision.reason).toMatch(/^30 vulnerabilities high or worse: .* and 27 more$/);
    expect(decision.inputs).toMatchObject({ counts: { critical: 30 }, denying: { length: 20 } });
  });

  it.each<[string, ScanLimits["failOn"], boolean]>([
    ["LOW", "medium", true],
    ["MEDIUM", "medium", false],
    ["HIGH", "critical", true],
    ["CRITICAL", "critical", false],
    ["UNKNOWN", "critical", false],
    ["NEGLIGIBLE", "low", true],
    ["NEGLIGIBLE", "negligible", false],
  ])("of a %s vulnerability, where %s denies: %s", (severity, failOn, allowed) => {
    expect(scanGate({ ...good, scan: oneOf(severity), limits: limits({ failOn }) }).allowed).toBe(allowed);
  });

  it("can go by those alone that have a fix, and by all where nobody knows", () => {
    const onlyFixed = limits({ onlyFixed: true });
    const report = reportOf(whole);
    const findings = report.findings.map((one) => ({ ...one, fix: "unknown" as const }));
    const unsure: Given<ScanReport> = { kind: "read", file: sampleDigest, report: { ...report, findings } };
    expect(scanGate({ ...good, scan: oneOf("HIGH"), limits: onlyFixed })).toMatchObject({
      allowed: true,
      reason: "trivy found nothing high or worse with a fix (1 that doesn't count, 0 ignored)",
    });
    expect(scanGate({ ...good, scan: oneOf("HIGH", "1.3.2"), limits: onlyFixed }).allowed).toBe(false);
    expect(scanGate({ ...good, scan: unsure, limits: onlyFixed }).allowed).toBe(false);
  });

  it.each<[string, object, boolean]>([
    ["by its id", { id: "CVE-2026-1001" }, true],
    ["in its package", { id: "CVE-2026-1001", package: "libssl3" }, true],
    ["in another package", { id: "CVE-2026-1001", package: "zlib" }, false],
    ["by another id", { id: "CVE-2026-1002" }, false],
    ["on the last day", { id: "CVE-2026-1001", until: "2026-03-02" }, true],
    ["until yesterday", { id: "CVE-2026-1001", until: "2026-03-01" }, false],
  ])("lets in what is ignored %s: %s", (_what, entry, allowed) => {
    expect(scanGate({ ...good, scan: whole, limits: ignoring(entry) }).allowed).toBe(allowed);
  });

  it("says what it ignored, and what it no longer ignores", () => {
    expect(scanGate({ ...good, scan: whole, limits: ignoring({ id: "CVE-2026-1001" }) })).toMatchObject({
      reason: "trivy found nothing high or worse (2 that don't count, 1 ignored)",
      inputs: { ignored: [{ id: "CVE-2026-1001" }], expired: [] },
    });
    const over = ignoring({ id: "CVE-2026-1001", until: "2026-02-28" }, { id: "CVE-2025-9", until: "2026-02-28" });
    expect(scanGate({ ...good, scan: whole, limits: over })).toMatchObject({
      reason:
        "1 vulnerability high or worse: CVE-2026-1001 (critical, libssl3); the time for which CVE-2026-1001 is ignored ended on 2026-02-28",
      inputs: { expired: [{ id: "CVE-2026-1001", until: "2026-02-28" }] },
    });
  });

  it.each<[string, Partial<ScanInputs>, string]>([
    ["there is none", { scan: { kind: "missing" } }, "there is no scan of the image: hand in its report by --scan"],
    ["it can't be read", { scan: readScan("{") }, "the scan can't be read: it is no JSON"],
    [
      "it is of another image",
      { digest: `sha256:${"99".repeat(32)}` },
      `the scan is of ${sampleDigest}, ${sampleRevision}, not of sha256:${"99".repeat(32)}`,
    ],
    [
      "nobody knows of which image it is",
      { scan: scanOf({ ...trivyJson({ found: [] }), Metadata: {} }) },
      `the scan is of an image whose digest it doesn't say, not of ${sampleDigest}`,
    ],
    ["it is too old", { now: now + 24 * 3_600_000 }, "the scan is of 2026-03-02T09:30:00.000Z, older than 24 hours"],
    [
      "it is of the future",
      { now: now - 3_600_000 },
      "the scan is of 2026-03-02T09:30:00.000Z, which is still to come",
    ],
    [
      "nobody knows when it was made",
      { scan: scanOf(grypeJson({ found: [], at: "" })) },
      "the report doesn't say when it was made (grype, json): it counts as old",
    ],
  ])("keeps an image out when %s", (_what, over, reason) => {
    expect(scanGate({ ...good, ...over })).toMatchObject({ gate: "scan", allowed: false, reason });
  });

  it("takes a report without a time only where the settings say that any age will do", () => {
    const harmless = scanOf(trivySarif({ found: found.slice(1) }));
    expect(scanGate({ ...good, scan: harmless }).allowed).toBe(false);
    expect(scanGate({ ...good, scan: harmless, limits: limits({ maxAgeHours: false }) }).allowed).toBe(true);
  });

  it("doesn't look at the time where the settings say so", () => {
    const ageless = limits({ maxAgeHours: false });
    expect(scanGate({ ...good, limits: ageless, now: now + 1e12 }).allowed).toBe(true);
  });

  it("takes Grype's digest of the platform's manifest, where the release is that", () => {
    const tagged = grypeJson({ found: [], image: "registry.example.com/org1/react-ui:1.4.2" });
    expect(scanGate({ ...good, scan: scanOf(tagged), digest: sampleRevision }).allowed).toBe(true);
    expect(scanGate({ ...good, scan: scanOf(tagged) }).allowed).toBe(false);
  });

  const strict = ignoring(
    { id: "CVE-2026-1002" },
    { id: "CVE-2026-1001", until: "2026-03-01" },
    { id: "CVE-2026-1001", package: "zlib" },
  );
  const other = `sha256:${"99".repeat(32)}`;
  it("is never turned from deny into allow by an input that is gone or spoilt", () => {
    expectNeverOpens(scanGate, {
      allowed: [good, { ...good, scan: whole, limits: ignoring({ id: "CVE-2026-1001" }) }],
      denied: [
        { ...good, scan: whole, limits: strict },
        { ...good, scan: whole, limits: { ...strict, failOn: "negligible", ignore: [] } },
        { ...good, scan: oneOf("?"), limits: { ...strict, failOn: "critical" } },
        { ...good, scan: whole, limits: { ...strict, onlyFixed: true, maxAgeHours: false } },
        { ...good, digest: other },
        { ...good, digest: other, limits: limits({ maxAgeHours: false }) },
        { ...good, now: now + 25 * 3_600_000 },
        { ...good, now: now - 3_600_000 },
        { ...good, scan: scanOf(grypeJson({ found: [], at: "" })) },
        { ...good, scan: { kind: "missing" } },
        { ...good, scan: readScan("{}") },
      ],
      // Each is another input that is right, and says something else on purpose.
      meant: ["limits.onlyFixed = true", "scan.report.findings = []"],
    });
  });
});

function reportOf(given: Given<ScanReport>): ScanReport {
  if (given.kind !== "read") throw new Error(given.kind);
  return given.report;
}
