import { z } from "zod";
import type { ScanFinding, ScanReport } from "../../model/scan.ts";
import { severities } from "../../model/settings/scan.ts";
import { type Parsed, unreadable } from "../given.ts";

/** `trivy` or `grype`, by a name that a report has for its tool; null for any other. */
export function toolOf(name: string | undefined): ScanReport["tool"] | null {
  const lower = name?.toLowerCase();
  return lower === "trivy" || lower === "grype" ? lower : null;
}

/** A tool's word for a severity, in whatever case. What isn't known is unknown, and counts as the worst. */
export function severityOf(word: string | undefined): ScanFinding["severity"] {
  const lower = word?.toLowerCase();
  if (lower === "none" || lower === "info") return "negligible";
  return severities.find((one) => one === lower) ?? "unknown";
}

/** The digest behind the `@` of an image's name, if it has one. */
export function digestIn(name: string | undefined): readonly string[] {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(name ?? "")?.[1];
  return digest === undefined ? [] : [digest];
}

const isoWithZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch; null for what is no time. */
export function timeOf(text: string | undefined): number | null {
  if (text === undefined || !isoWithZone.test(text)) return null;
  const at = Date.parse(text);
  return Number.isFinite(at) ? at : null;
}

/** Parses what is said to be a report of this kind, or says where it isn't. */
export function parseAs<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  document: unknown,
  read: (report: z.infer<Schema>) => Parsed<ScanReport>,
): Parsed<ScanReport> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return read(parsed.data);
  const [first] = parsed.error.issues;
  return unreadable(`it is no ${what}: ${first?.path.map(String).join(".") ?? ""}: ${first?.message ?? ""}`);
}

/** A key that tools write as null where they have nothing. */
export function list<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}
