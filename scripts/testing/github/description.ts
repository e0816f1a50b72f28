import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Document } from "openapi-backend";

/** GitHub's own description of its REST API, cut to some operations: the whole takes a minute to compile. */

type Node = Record<string, unknown>;

type Description = Extract<Document, { paths: object; components?: object }>;

const FILE = "@octokit/openapi/generated/api.github.com.json";

/**
 * What GitHub takes and its description of a request leaves out, by operation. Each has been seen to work by others: the
 * Terraform provider for GitHub sends them.
 */
const UNDESCRIBED: Readonly<Record<string, Node>> = {
  "repos/create-or-update-environment": { can_admins_bypass: { type: "boolean" } },
};

/** @throws when the description has no operation of such an id. */
export function describedOperations(ids: readonly string[]): Description {
  const whole = JSON.parse(readFileSync(packageFile(FILE), "utf8")) as Description;
  const paths: Node = {};
  const missing = new Set(ids);
  for (const [path, item] of Object.entries(whole.paths)) {
    const wanted = Object.entries(item ?? {}).filter(([, operation]) => missing.delete(idOf(operation)));
    if (wanted.length > 0) paths[path] = Object.fromEntries(wanted.map(([method, one]) => [method, strict(one)]));
  }
  if (missing.size > 0) throw new Error(`not in GitHub's description: ${[...missing].join(", ")}`);
  const components: Record<string, Node> = {};
  collect({ paths, error: { $ref: ERROR } }, whole as unknown as Node, components);
  const described = { openapi: whole.openapi, info: whole.info, paths, components };
  return withNull(described) as Description;
}

/** What GitHub answers with where an operation names no body for a failure. */
export const ERROR = "#/components/schemas/basic-error";

function packageFile(path: string): string {
  return createRequire(import.meta.url).resolve(path);
}

function idOf(operation: unknown): string {
  return isNode(operation) ? String(operation["operationId"]) : "";
}

/** A property of a request that isn't described would be ignored by GitHub, and is a mistake of whoever sent it. */
function strict(operation: unknown): unknown {
  const copy = structuredClone(operation) as { requestBody?: { content?: Record<string, { schema?: Node }> } };
  for (const { schema } of Object.values(copy.requestBody?.content ?? {})) {
    if (schema?.["type"] !== "object" || !isNode(schema["properties"])) continue;
    schema["properties"] = { ...schema["properties"], ...UNDESCRIBED[idOf(operation)] };
    schema["additionalProperties"] ??= false;
  }
  return copy;
}

/** Every component that is referred to, and what those refer to. */
function collect(node: unknown, whole: Node, into: Record<string, Node>): void {
  if (Array.isArray(node)) return node.forEach((item) => collect(item, whole, into));
  if (!isNode(node)) return;
  if (typeof node["$ref"] === "string") take(node["$ref"], whole, into);
  Object.values(node).forEach((value) => collect(value, whole, into));
}

function take(reference: string, whole: Node, into: Record<string, Node>): void {
  const [, , kind = "", name = ""] = reference.split("/");
  const components = whole["components"] as Record<string, Node>;
  const found = components[kind]?.[name];
  if (found === undefined) throw new Error(`nothing at ${reference}`);
  if (into[kind]?.[name] !== undefined) return;
  into[kind] = { ...into[kind], [name]: found };
  collect(found, whole, into);
}

/** ajv compiles no `nullable` beside `anyOf`, `oneOf` or a reference, where GitHub has it. */
function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (!isNode(node)) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withNull(value)]));
  if (inner["nullable"] !== true || inner["type"] !== undefined) return inner;
  delete inner["nullable"];
  return { anyOf: [inner, { type: "object", nullable: true, enum: [null] }] };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
