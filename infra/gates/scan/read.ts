import { z } from "zod";
import type { ScanReport } from "../../model/scan.ts";
import { type Given, given, type Parsed, unreadable } from "../given.ts";
import { readCycloneDx } from "./cyclonedx.ts";
import { readGrype } from "./grype.ts";
import { readSarif } from "./sarif.ts";
import { readTrivy } from "./trivy.ts";

const marks = z.object({
  bomFormat: z.unknown(),
  runs: z.unknown(),
  SchemaVersion: z.unknown(),
  matches: z.unknown(),
});

/** Reads a scanner's report; which one it is, its content tells. */
export function readScan(text: string): Given<ScanReport> {
  return given(text, parse);
}

function parse(document: unknown): Parsed<ScanReport> {
  const seen = marks.partial().safeParse(document);
  if (!seen.success) return unreadable("it is no report of a scanner");
  const { bomFormat, runs, SchemaVersion, matches } = seen.data;
  if (bomFormat !== undefined) return readCycloneDx(document);
  if (runs !== undefined) return readSarif(document);
  if (SchemaVersion !== undefined) return readTrivy(document);
  if (matches !== undefined) return readGrype(document);
  return unreadable("it is no report of Trivy or Grype, in their own JSON, as SARIF or as CycloneDX");
}
