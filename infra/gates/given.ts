import { createHash } from "node:crypto";
import { parseJson } from "../model/json.ts";

/** A report that somebody handed in for a gate to look at, or the lack of one. */
export type Given<Report> =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "read";
      /** `sha256:...` of the file. */
      readonly file: string;
      readonly report: Report;
    };

export type Parsed<Report> =
  { readonly kind: "report"; readonly report: Report } | { readonly kind: "unreadable"; readonly reason: string };

/** Reads a report's text; what `parse` doesn't understand is unreadable. */
export function given<Report>(text: string, parse: (document: unknown) => Parsed<Report>): Given<Report> {
  const document = parseJson(text);
  if (document === undefined) return { kind: "unreadable", reason: "it is no JSON" };
  const parsed = parse(document);
  if (parsed.kind === "unreadable") return parsed;
  return {
    kind: "read",
    file: `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`,
    report: parsed.report,
  };
}

export function unreadable(reason: string): { readonly kind: "unreadable"; readonly reason: string } {
  return { kind: "unreadable", reason };
}
