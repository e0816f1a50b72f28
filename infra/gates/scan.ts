import { z } from "zod";
import { digest as digestSchema } from "../model/release.ts";
import { type ScanFinding, type ScanReport, scanReportSchema } from "../model/scan.ts";
import { type ScanLimits, scanLimitsSchema, severities, type Severity } from "../model/settings/scan.ts";
import type { GateDecision } from "./decision.ts";
import type { Given } from "./given.ts";
import { problems } from "./problems.ts";
import { maxSkewMs } from "./signed/skew.ts";

export interface ScanInputs {
  readonly limits: ScanLimits;
  /** `sha256:...` of the image asked for. */
  readonly digest: string;
  readonly scan: Given<ScanReport>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const inputsSchema = z.strictObject({
  limits: scanLimitsSchema,
  digest: digestSchema,
  scan: z.strictObject({ kind: z.literal("read"), file: digestSchema, report: scanReportSchema }),
  now: z.number().min(0),
});

type Checked = z.infer<typeof inputsSchema>;

/** By so many a decision names what it found: the report has them all. */
const named = 20;

/** A scan of just this image, recent enough, found nothing that is bad enough to keep it out. */
export function scanGate(inputs: ScanInputs): GateDecision {
  const gate = "scan";
  const { digest, scan } = inputs;
  const lacking = lack(scan);
  if (lacking !== null) return { gate, allowed: false, reason: lacking, inputs: { digest } };
  const parsed = inputsSchema.safeParse(inputs);
  if (!parsed.success) {
    return { gate, allowed: false, reason: `the scan can't be judged: ${problems(parsed.error)}`, inputs: { digest } };
  }
  const { limits, scan: read, now } = parsed.data;
  const { tool, format, digests, at, findings } = read.report;
  const judged = judge(parsed.data);
  const { denying, ignored, expired } = judged;
  const reasons = [...otherImage(parsed.data), ...outdated(parsed.data), ...harm(judged, limits)];
  return {
    gate,
    allowed: reasons.length === 0,
    reason: reasons.length > 0 ? reasons.join("; ") : harmless(parsed.data, judged),
    inputs: {
      digest,
      failOn: limits.failOn,
      onlyFixed: limits.onlyFixed,
      maxAgeHours: limits.maxAgeHours,
      now: new Date(now).toISOString(),
      tool,
      format,
      file: read.file,
      of: digests,
      scannedAt: at === null ? null : timeText(at),
      counts: countsOf(findings),
      denying: denying.slice(0, named),
      ignored: ignored.slice(0, named),
      expired,
    },
  };
}

function lack(scan: Given<ScanReport> | undefined): string | null {
  switch (scan?.kind) {
    case "read":
      return null;
    case "unreadable":
      return `the scan can't be read: ${scan.reason}`;
    case "missing":
    case undefined:
      return "there is no scan of the image: hand in its report by --scan";
  }
}

function otherImage({ digest, scan: { report } }: Checked): readonly string[] {
  if (report.digests.includes(digest)) return [];
  const of = report.digests.length > 0 ? `of ${report.digests.join(", ")}` : "of an image whose digest it doesn't say";
  return [`the scan is ${of}, not of ${digest}`];
}

function outdated({ limits: { maxAgeHours }, scan: { report }, now }: Checked): readonly string[] {
  const { at, tool, format } = report;
  if (maxAgeHours === false) return [];
  if (at === null) return [`the report doesn't say when it was made (${tool}, ${format}): it counts as old`];
  const age = now - at;
  if (!(age >= -maxSkewMs)) return [`the scan is of ${timeText(at)}, which is still to come`];
  return age <= maxAgeHours * 3_600_000 ? [] : [`the scan is of ${timeText(at)}, older than ${maxAgeHours} hours`];
}

interface Judged {
  readonly denying: readonly ScanFinding[];
  readonly ignored: readonly ScanFinding[];
  /** Ended ignores of what was found. */
  readonly expired: readonly { readonly id: string; readonly until: string }[];
}

function judge({ limits, scan: { report }, now }: Checked): Judged {
  const counting = report.findings.filter((one) => counts(one, limits));
  const today = new Date(now).toISOString().slice(0, 10);
  const meant = (one: ScanFinding) =>
    limits.ignore.filter((entry) => entry.id === one.id && (entry.package === "*" || entry.package === one.package));
  const isIgnored = (one: ScanFinding) => meant(one).some(({ until }) => today <= until);
  const ended = limits.ignore.filter(
    (entry) => !(today <= entry.until) && counting.some((one) => meant(one).includes(entry)),
  );
  return {
    denying: counting.filter((one) => !isIgnored(one)).sort((a, b) => rank(b.severity) - rank(a.severity)),
    ignored: counting.filter(isIgnored),
    expired: ended.map(({ id, until }) => ({ id, until })),
  };
}

function counts({ severity, fix }: ScanFinding, { failOn, onlyFixed }: ScanLimits): boolean {
  return rank(severity) >= rank(failOn) && !(onlyFixed && fix === "none");
}

/** What nobody knows is as bad as can be. */
function rank(severity: Severity | "unknown"): number {
  return severity === "unknown" ? severities.length - 1 : severities.indexOf(severity);
}

function harm({ denying, expired }: Judged, limits: ScanLimits): readonly string[] {
  if (denying.length === 0) return [];
  const first = denying.slice(0, 3).map(({ id, severity, package: where }) => `${id} (${severity}, ${where})`);
  const more = denying.length > first.length ? ` and ${denying.length - first.length} more` : "";
  const ended = expired.map(({ id, until }) => `the time for which ${id} is ignored ended on ${until}`);
  const what = denying.length === 1 ? "vulnerability" : "vulnerabilities";
  return [`${denying.length} ${what} ${kindOf(limits)}: ${first.join(", ")}${more}`, ...ended];
}

function harmless({ limits, scan: { report } }: Checked, { ignored }: Judged): string {
  const rest = report.findings.length - ignored.length;
  return `${report.tool} found nothing ${kindOf(limits)} (${rest} that ${rest === 1 ? "doesn't" : "don't"} count, ${ignored.length} ignored)`;
}

function kindOf({ failOn, onlyFixed }: ScanLimits): string {
  const least = failOn === "critical" ? "critical" : `${failOn} or worse`;
  return `${least}${onlyFixed ? " with a fix" : ""}`;
}

function countsOf(findings: readonly ScanFinding[]): Readonly<Record<string, number>> {
  const of = (severity: string) => findings.filter((one) => one.severity === severity).length;
  return Object.fromEntries(["unknown", ...severities.toReversed()].map((one) => [one, of(one)]));
}

function timeText(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
