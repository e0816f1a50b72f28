import { z } from "zod";
import { digest } from "../../model/release.ts";
import type { ScanFinding, ScanReport } from "../../model/scan.ts";
import { severities } from "../../model/settings/scan.ts";
import { type Parsed, unreadable } from "../given.ts";
import { digestIn, list, parseAs, severityOf, timeOf, toolOf } from "./common.ts";

const named = z.object({ name: z.string() });
const component = z.object({
  name: z.string(),
  version: z.string().optional(),
  properties: list(z.object({ name: z.string(), value: z.string().optional() })),
});

const vulnerability = z.object({
  id: z.string().min(1),
  ratings: list(z.object({ severity: z.string().optional() })),
  recommendation: z.string().optional(),
  affects: list(z.object({ ref: z.string() })),
});

const schema = z.object({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.object({
    timestamp: z.string().optional(),
    // Until CycloneDX 1.4 a list.
    tools: z.union([z.array(named), z.object({ components: list(named) })]),
    component,
  }),
  components: list(component.extend({ "bom-ref": z.string().optional() })),
  vulnerabilities: list(vulnerability),
});

/** `trivy image --format cyclonedx --scanners vuln` and `grype --output cyclonedx-json`. */
export function readCycloneDx(document: unknown): Parsed<ScanReport> {
  return parseAs("CycloneDX report", schema, document, ({ metadata, components, vulnerabilities }) => {
    const names = (Array.isArray(metadata.tools) ? metadata.tools : metadata.tools.components).map(({ name }) => name);
    const tool = names.map(toolOf).find((one) => one !== null) ?? null;
    if (tool === null) return unreadable(`it is by ${names.join(", ") || "nobody"}, expected Trivy or Grype`);
    // Trivy writes just such a list for a bill of materials, for which it looks for nothing.
    if (tool === "trivy" && vulnerabilities.length === 0) {
      return unreadable(
        "Trivy's CycloneDX is the same for an image without vulnerabilities and for one in which none were looked for: hand in its JSON report",
      );
    }
    const packages = new Map(components.map((one) => [one["bom-ref"], one.name]));
    const findings = vulnerabilities.flatMap(({ id, ratings, recommendation, affects }) =>
      (affects.length > 0 ? affects : [{ ref: "" }]).map(({ ref }) => ({
        id,
        package: packages.get(ref) ?? ref,
        severity: worstOf(ratings.flatMap(({ severity }) => severity ?? [])),
        // Trivy recommends an upgrade where there is one; Grype never says.
        fix: tool === "trivy" ? (recommendation ? ("exists" as const) : ("none" as const)) : ("unknown" as const),
      })),
    );
    const at = timeOf(metadata.timestamp);
    return {
      kind: "report",
      report: { tool, format: "cyclonedx", digests: digestsOf(metadata.component), at, findings },
    };
  });
}

/** Of several ratings the worst counts: the format doesn't say which one the tool went by. */
function worstOf(words: readonly string[]): ScanFinding["severity"] {
  const said = words.map(severityOf);
  return severities.findLast((one) => said.includes(one)) ?? "unknown";
}

/** Trivy has the image's digests among its properties, Grype the platform's as its version. */
function digestsOf({ name, version, properties }: z.infer<typeof component>): readonly string[] {
  const own = digest.safeParse(version);
  const repo = properties.filter((one) => one.name === "aquasecurity:trivy:RepoDigest").map(({ value }) => value);
  return [...new Set([...repo.flatMap(digestIn), ...digestIn(name), ...(own.success ? [own.data] : [])])];
}
