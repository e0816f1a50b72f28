import canonicalize from "canonicalize";
import { createHash } from "node:crypto";
import { type BreakingReport, breakingReportSchema } from "../../model/breaking.ts";
import { type Given, given, type Parsed, unreadable } from "../given.ts";

/** A report with the hash by which people acknowledge it. */
export function sealed(report: Omit<BreakingReport, "hash">): BreakingReport {
  return { ...report, hash: hashOf(report) };
}

/** Whether its hash is that of its content: nothing of it was lost or changed by accident. */
export function isWhole({ hash, ...report }: BreakingReport): boolean {
  return hash === hashOf(report);
}

/** Reads what `sluice breaking --json` wrote. */
export function readBreaking(text: string): Given<BreakingReport> {
  return given(text, parse);
}

function parse(document: unknown): Parsed<BreakingReport> {
  const parsed = breakingReportSchema.safeParse(document);
  if (parsed.success) return { kind: "report", report: parsed.data };
  const [first] = parsed.error.issues;
  return unreadable(
    `it isn't what "sluice breaking --json" writes: ${first?.path.map(String).join(".") ?? ""}: ${first?.message ?? ""}`,
  );
}

function hashOf(report: Omit<BreakingReport, "hash">): string {
  return `sha256:${createHash("sha256")
    .update(canonicalize(report) ?? "", "utf8")
    .digest("hex")}`;
}
