import { z } from "zod";
import type { ScanReport } from "../../model/scan.ts";
import { type Parsed, unreadable } from "../given.ts";
import { digestIn, list, parseAs, severityOf, timeOf } from "./common.ts";

const schema = z.object({
  SchemaVersion: z.literal(2),
  CreatedAt: z.string().optional(),
  Metadata: z.object({ RepoDigests: list(z.string()) }),
  Results: list(
    z.object({
      Class: z.string().optional(),
      Vulnerabilities: list(
        z.object({
          VulnerabilityID: z.string().min(1),
          PkgName: z.string(),
          FixedVersion: z.string().optional(),
          Severity: z.string().optional(),
        }),
      ),
    }),
  ),
});

const ofPackages = ["os-pkgs", "lang-pkgs"];

/** `trivy image --format json`. */
export function readTrivy(document: unknown): Parsed<ScanReport> {
  return parseAs("report of Trivy", schema, document, ({ CreatedAt, Metadata, Results }) => {
    // Without packages it is what Trivy also says when it wasn't asked for vulnerabilities.
    if (!Results.some(({ Class }) => ofPackages.includes(Class ?? ""))) {
      return unreadable("it says nothing of any package, so nobody knows whether vulnerabilities were looked for");
    }
    const findings = Results.flatMap(({ Vulnerabilities }) =>
      Vulnerabilities.map(({ VulnerabilityID, PkgName, FixedVersion = "", Severity }) => ({
        id: VulnerabilityID,
        package: PkgName,
        severity: severityOf(Severity),
        fix: FixedVersion === "" ? ("none" as const) : ("exists" as const),
      })),
    );
    const digests = Metadata.RepoDigests.flatMap(digestIn);
    return { kind: "report", report: { tool: "trivy", format: "json", digests, at: timeOf(CreatedAt), findings } };
  });
}
