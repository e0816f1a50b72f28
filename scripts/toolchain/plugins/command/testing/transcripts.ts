import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckRequest, CreateRequest, DeleteRequest, DiffRequest, Json, Plugin } from "../../shared/rpc.ts";
import type { ReadRequest, UpdateRequest } from "../../shared/rpc.ts";

const FOLDER = join(import.meta.dirname, "../../testdata/transcripts");

/** One call that the real engine made to the official plugin, and what it answered. */
export interface Call {
  readonly where: string;
  readonly method: string;
  readonly request: Record<string, Json>;
  readonly response: Json;
  readonly errors: readonly string[];
}

/** All calls to the command plugin, in their order; `rewrite` puts this run's paths, port and key into each line. */
export function commandCalls(rewrite: (line: string) => string = (line) => line): Call[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".jsonl"))
    .sort()
    .flatMap((file) =>
      readFileSync(join(FOLDER, file), "utf8")
        .split("\n")
        .map((line, index) => ({ line, where: `${file}:${index + 1}` }))
        .filter(({ line }) => line !== "")
        .map(({ line, where }) => parse(rewrite(line), where))
        .filter(({ plugin }) => plugin === "command"),
    );
}

function parse(line: string, where: string): Call & { plugin: string } {
  const { method, request, response, errors, metadata } = JSON.parse(line) as Call & { metadata: { name: string } };
  return {
    where,
    method,
    request: request ?? {},
    response: response ?? null,
    errors: errors ?? [],
    plugin: metadata.name,
  };
}

/** Makes the call of a transcript; what the engine's messages leave out has its empty value. */
export async function make(plugin: Plugin, call: Call): Promise<unknown> {
  const given = { ignoreChanges: [], timeout: 0, preview: false, olds: {}, ...call.request } as unknown;
  switch (call.method) {
    case "CheckConfig":
      return plugin.checkConfig!(given as CheckRequest);
    case "DiffConfig":
      return plugin.diffConfig!(given as DiffRequest);
    case "Configure":
      return plugin.configure({ variables: {}, args: {}, id: "", urn: "" });
    case "Check":
      return plugin.check(given as CheckRequest);
    case "Diff":
      return plugin.diff(given as DiffRequest);
    case "Create":
      return plugin.create(given as CreateRequest);
    case "Read":
      return plugin.read!(given as ReadRequest);
    case "Update":
      return plugin.update!(given as UpdateRequest);
    case "Delete":
      return plugin.delete(given as DeleteRequest).then(() => null);
    default:
      throw new Error(`${call.where}: ${call.method} isn't replayed`);
  }
}

/** An answer as the wire carries it: empty parts can't be told from missing ones, and changed names have no order. */
export function onWire(answer: unknown): unknown {
  if (answer === null || typeof answer !== "object") return answer;
  const { id, failures, diffs, ...rest } = answer as { id?: string; failures?: unknown[]; diffs?: string[] };
  return {
    ...rest,
    ...(id && { id: id.replace(/[0-9a-f]{8}$/, "<hex>") }),
    ...(failures?.length && { failures }),
    ...(diffs?.length && { diffs: [...diffs].sort() }),
  };
}
