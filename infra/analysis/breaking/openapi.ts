import { parse } from "yaml";
import { z } from "zod";
import type { BreakingFinding } from "../../model/breaking.ts";
import type { Change, Openapi } from "./facts.ts";
import { words } from "./words.ts";

const document = z.object({
  openapi: z.string().regex(/^3\.\d+\.\d+/, "expected version 3 of OpenAPI"),
  paths: z.record(z.string(), z.unknown()),
});

/**
 * Why a text is no OpenAPI document; null when it looks like one. What compares documents takes anything for one without
 * paths, from which nothing can be taken away.
 */
export function openapiProblem(text: string): string | null {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return `expected YAML or JSON: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`;
  }
  const issue = document.safeParse(value).error?.issues[0];
  if (issue === undefined) return null;
  return `expected an OpenAPI 3 document: ${[...issue.path.map(String), issue.message].join(": ")}`;
}

const changesSchema = z.array(
  z.object({
    id: z.string().min(1),
    text: z.string(),
    level: z.number(),
    operation: z.string().optional(),
    path: z.string().optional(),
  }),
);

/** What oasdiff wrote. @throws ZodError for anything else: no list is not an empty one */
export function changesIn(json: unknown): readonly Change[] {
  return changesSchema.parse(json);
}

export function openapiFindings(openapi: Openapi): readonly BreakingFinding[] {
  switch (openapi.kind) {
    case "none":
      return [];
    case "unknown":
      return [
        { kind: "openapi", id: "not-compared", severity: "unsure", where: "openapi", what: words(openapi.reason) },
      ];
    case "compared":
      return openapi.changes.map(({ id, text, level, operation, path }) => ({
        kind: "openapi",
        id,
        severity: level >= 3 ? "breaking" : "unsure",
        where: words([operation, path].filter((part) => part !== undefined && part !== "").join(" ")),
        what: words(text),
      }));
  }
}
