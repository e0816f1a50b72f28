import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type * as rpc from "../shared/rpc.ts";
import { dockerPlugin } from "./plugin.ts";

/** What the real engine asked the official plugin and what that answered: the measure of this one. */

const FOLDER = new URL("../testdata/transcripts/", import.meta.url);

interface Call {
  readonly method: string;
  readonly request: never;
  readonly response?: Record<string, unknown>;
  readonly metadata: { readonly name: string };
}

const ANSWERS: Record<string, (plugin: rpc.Plugin, request: never) => Promise<unknown> | undefined> = {
  CheckConfig: (plugin, request) => plugin.checkConfig?.(request),
  Configure: (plugin, request) => plugin.configure(request),
  Check: (plugin, request) => plugin.check(request),
  Diff: (plugin, request) => plugin.diff(request),
  Create: (plugin, request) => plugin.create(request),
  Update: (plugin, request) => plugin.update?.(request),
};

const calls = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".jsonl"))
  .flatMap((file) =>
    readFileSync(new URL(file, FOLDER), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line, index) => ({ at: `${file}:${index + 1}`, call: JSON.parse(line) as Call })),
  )
  .filter(({ call }) => call.metadata.name === "docker")
  .filter(({ call }) => isPure(call));

/** Calls that touch no Docker: the rest is replayed against a real one. */
function isPure(call: Call): boolean {
  const preview = (call.request as { preview?: boolean } | undefined)?.preview === true;
  return call.method in ANSWERS && (preview || !["Create", "Update"].includes(call.method));
}

/** The transcripts leave empty fields out, and a JSON text says the same whatever the order of its keys. */
function canonical(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      key === "__meta" && typeof inner === "string" ? (JSON.parse(inner) as unknown) : inner,
    ),
  ) as unknown;
}

describe("the official plugin's answers", () => {
  it("are there to compare with", () => {
    expect(calls.length).toBeGreaterThan(60);
  });

  it.each(calls.map(({ at, call }) => [at, call.method, call] as const))("%s %s", async (_at, method, call) => {
    const answer = await ANSWERS[method]?.(dockerPlugin(), call.request);
    expect(canonical(answer)).toEqual(canonical(call.response));
  });
});
