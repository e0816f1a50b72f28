import { z } from "zod";
import type { ScanFinding, ScanReport } from "../../model/scan.ts";
import { type Severity, severities } from "../../model/settings/scan.ts";
import { type Parsed, unreadable } from "../given.ts";
import { digestIn, list, parseAs, severityOf, timeOf, toolOf } from "./common.ts";

const text = z.object({ text: z.string() });
const rule = z.object({
  id: z.string(),
  name: z.string().optional(),
  help: text.optional(),
  properties: z.object({ "security-severity": z.string().optional() }).optional(),
});
const result = z.object({ ruleId: z.string(), message: text });

const run = z.object({
  tool: z.object({ driver: z.object({ name: z.string(), rules: list(rule) }) }),
  results: list(result),
  invocations: list(z.object({ endTimeUtc: z.string().optional() })),
  properties: z.object({ repoDigests: list(z.string()) }).optional(),
});

const schema = z.object({ version: z.literal("2.1.0"), runs: z.array(run).length(1) });

type Run = z.infer<typeof run>;
type Rule = z.infer<typeof rule>;

/** What Trivy reports beside vulnerabilities, by the name of the rule. */
const otherwise = ["Secret", "Misconfiguration", "License"];

/** `trivy image --format sarif` and `grype --output sarif`: what gates need stands in texts for people. */
export function readSarif(document: unknown): Parsed<ScanReport> {
  return parseAs("SARIF report", schema, document, ({ runs: [only] }) => {
    const tool = toolOf(only?.tool.driver.name);
    if (only === undefined || tool === null) {
      return unreadable(`it is by ${only?.tool.driver.name ?? "nobody"}, expected Trivy or Grype`);
    }
    const rules = new Map(only.tool.driver.rules.map((one) => [one.id, one]));
    const about = only.results
      .map(({ ruleId, message }) => ({ ruleId, rule: rules.get(ruleId), said: message.text }))
      .filter(({ rule }) => !otherwise.includes(rule?.name ?? ""));
    if (about.length === 0) {
      return unreadable(
        "without a vulnerability SARIF doesn't say that any were looked for, nor always in which image: hand in the tool's JSON report",
      );
    }
    const findings = about.map(({ ruleId, rule, said }) =>
      tool === "trivy" ? byTrivy(said, ruleId) : byGrype(rule, ruleId),
    );
    const digests = tool === "trivy" ? (only.properties?.repoDigests ?? []).flatMap(digestIn) : imagesIn(only);
    return { kind: "report", report: { tool, format: "sarif", digests, at: endOf(only), findings } };
  });
}

function byTrivy(said: string, ruleId: string): ScanFinding {
  return {
    id: lineOf(said, "Vulnerability ") ?? ruleId,
    package: lineOf(said, "Package: ") ?? "",
    severity: severityOf(lineOf(said, "Severity: ")),
    fix: lineOf(said, "Fixed Version: ") ? "exists" : "none",
  };
}

function byGrype(rule: Rule | undefined, ruleId: string): ScanFinding {
  const help = rule?.help?.text ?? "";
  const severity = severityOf(lineOf(help, "Severity: "));
  return {
    id: lineOf(help, "Vulnerability ") ?? ruleId,
    package: lineOf(help, "Package: ") ?? "",
    // "low" is also what Grype says here of what it doesn't know: the score tells.
    severity: severity === "low" ? byScore(rule?.properties?.["security-severity"]) : severity,
    fix: lineOf(help, "Fix Version: ") ? "exists" : "none",
  };
}

/** By the bands of CVSS 3; none at all is unknown. */
function byScore(text: string | undefined): ScanFinding["severity"] {
  const score = Number(text);
  if (!(score > 0 && score <= 10)) return "unknown";
  const least: Readonly<Record<Severity, number>> = { negligible: 11, low: 0, medium: 4, high: 7, critical: 9 };
  return severities.findLast((one) => score >= least[one]) ?? "unknown";
}

/** Grype names the image as it was asked for, in the text of each result; all must be of one. */
function imagesIn({ results }: Run): readonly string[] {
  const images = results.map(({ message }) => / was found in image (\S+) at: /.exec(message.text)?.[1]);
  const [first] = images;
  return images.every((one) => one === first) ? digestIn(first) : [];
}

/** The rest of the line that begins so. */
function lineOf(said: string, begin: string): string | undefined {
  return said
    .split("\n")
    .find((line) => line.startsWith(begin))
    ?.slice(begin.length);
}

function endOf({ invocations }: Run): number | null {
  return timeOf(invocations[0]?.endTimeUtc);
}
