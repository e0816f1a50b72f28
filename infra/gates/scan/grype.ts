import { z } from "zod";
import { digest } from "../../model/release.ts";
import type { ScanFinding, ScanReport } from "../../model/scan.ts";
import type { Parsed } from "../given.ts";
import { digestIn, list, parseAs, severityOf, timeOf } from "./common.ts";

const image = z.object({
  userInput: z.string().optional(),
  manifestDigest: z.string().optional(),
  repoDigests: list(z.string()),
});

const schema = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({
        id: z.string().min(1),
        severity: z.string().optional(),
        fix: z.object({ state: z.string().optional() }).optional(),
      }),
      artifact: z.object({ name: z.string() }),
    }),
  ),
  /** A folder's or file's `target` is its path: no image, so without a digest. */
  source: z.object({ target: z.union([image, z.string()]) }),
  descriptor: z.object({ name: z.literal("grype"), timestamp: z.string().optional() }),
});

/** `grype --output json`. */
export function readGrype(document: unknown): Parsed<ScanReport> {
  return parseAs("report of Grype", schema, document, ({ matches, source: { target }, descriptor }) => {
    const findings = matches.map(({ vulnerability: { id, severity, fix }, artifact }) => ({
      id,
      package: artifact.name,
      severity: severityOf(severity),
      fix: fixOf(fix?.state),
    }));
    return {
      kind: "report",
      report: {
        tool: "grype",
        format: "json",
        digests: typeof target === "string" ? [] : digestsOf(target),
        at: timeOf(descriptor.timestamp),
        findings,
      },
    };
  });
}

function digestsOf({ userInput, manifestDigest, repoDigests }: z.infer<typeof image>): readonly string[] {
  const manifest = digest.safeParse(manifestDigest);
  const all = [...repoDigests.flatMap(digestIn), ...digestIn(userInput), ...(manifest.success ? [manifest.data] : [])];
  return [...new Set(all)];
}

function fixOf(state: string | undefined): ScanFinding["fix"] {
  if (state === "fixed") return "exists";
  return state === "not-fixed" || state === "wont-fix" ? "none" : "unknown";
}
