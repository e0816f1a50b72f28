import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type PulumiEngine, pulumiEngine } from "./pulumi.ts";

const summary = { sequence: 0, timestamp: 0, summaryEvent: { resourceChanges: { same: 1 } } };

let folder: string;
let engine: PulumiEngine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: sluice\nruntime: nodejs\n");
  writeFileSync(join(folder, "summary.json"), `${JSON.stringify(summary)}\n`);
  // Notes what it is called with, says that nothing changes, and does nothing. One so old writes events into a file.
  const script = [
    "#!/bin/sh",
    `echo "$@" >> "${folder}/calls"`,
    '[ "$1" = version ] && echo v3.150.0',
    `while [ $# -gt 0 ]; do [ "$1" = --event-log ] && cat "${folder}/summary.json" > "$2"; shift; done`,
    "exit 0\n",
  ].join("\n");
  writeFileSync(join(folder, "bin", "pulumi"), script, { mode: 0o755 });
  const command = await PulumiCommand.get({ root: folder, skipVersionCheck: true });
  const env = { PULUMI_HOME: join(folder, "home") };
  const program = () => () => Promise.resolve({});
  engine = pulumiEngine({ command, env, workDir: folder, project: "sluice", program, notes: join(folder, "notes") });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it.each([
  ["refreshed", true],
  ["state", false],
  [undefined, false],
] as const)("changes from %s are previewed with a refresh: %s", async (from, isRefreshed) => {
  await engine.changes("dev", undefined, from);
  const calls = readFileSync(join(folder, "calls"), "utf8").split("\n");
  const preview = calls.filter((call) => call.startsWith("preview "));
  expect(preview).toHaveLength(1);
  expect(/ --refresh( |=true|$)/.test(preview[0] ?? "")).toBe(isRefreshed);
});
