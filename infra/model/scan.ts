import { z } from "zod";
import { digest } from "./release.ts";
import { severities } from "./settings/scan.ts";

const finding = z.strictObject({
  /** As the tool names it: `CVE-2026-1234`, `GHSA-...`. */
  id: z.string().min(1),
  package: z.string(),
  severity: z.enum([...severities, "unknown"]),
  /** Whether there is a version without it, as far as the report says. */
  fix: z.enum(["exists", "none", "unknown"]),
});

/** What a scanner said of an image, whatever the form in which it said so. */
export const scanReportSchema = z.strictObject({
  tool: z.enum(["trivy", "grype"]),
  format: z.enum(["json", "sarif", "cyclonedx"]),
  /** Digests that the image is known by, `sha256:...`. */
  digests: z.array(digest).readonly(),
  /** Milliseconds since the epoch; null where the report doesn't say when the image was scanned. */
  at: z.number().nullable(),
  findings: z.array(finding).readonly(),
});

export type ScanReport = z.infer<typeof scanReportSchema>;
export type ScanFinding = z.infer<typeof finding>;
