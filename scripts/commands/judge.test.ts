import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { minutes, type SlotSketch } from "../../infra/analysis/judge/testing/windows.ts";
import { judgeCommand } from "./judge.ts";

const usual = { requests: 10_800, errors: 54 };

let folder: string;
let printed: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-judge-"));
  [printed, said] = ["", ""];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((printed += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((said += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const recorded = (candidate: SlotSketch, count = 6): string =>
  file(
    "windows.jsonl",
    minutes(count, candidate, usual)
      .map((window) => JSON.stringify(window))
      .join("\n"),
  );

async function judge(...args: readonly string[]): Promise<number | string | null | undefined> {
  await judgeCommand().parseAsync(["node", "judge", ...args]);
  return process.exitCode;
}

describe("sluice judge", () => {
  it.each<[string, number, SlotSketch, string, number]>([
    ["better or equal", 0, { requests: 1_200, errors: 6 }, "betterOrEqual", 6],
    ["worse", 1, { requests: 1_200, errors: 60 }, "worse", 6],
    ["not enough evidence", 3, { requests: 1_200, errors: 6 }, "notEnough", 4],
  ])("says %s by exit code %i", async (_, code, candidate, answer, count) => {
    expect(await judge("--input", recorded(candidate, count))).toBe(code);
    const lines = printed
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(count);
    expect(lines.at(-1)).toMatchObject({ at: `2026-01-01T00:0${count}:00.000Z`, answer });
    expect(Object.keys(lines[0] ?? {})).toEqual(["at", "answer", "reason", "requests", "signals"]);
    expect(said).toBe("");
  });

  it("judges by the settings of a file", async () => {
    const settings = file("analysis.yaml", "algorithm: ratio\nratio: { windows: 2 }\n");
    expect(await judge("--input", recorded({ requests: 1_200, errors: 10 }, 2), "--settings", settings)).toBe(1);
    expect(printed).toContain("errors x1.5");
  });

  it("gives one document with --json", async () => {
    await judge("--json", "--input", recorded({ requests: 1_200, errors: 60 }, 2));
    expect(JSON.parse(printed)).toMatchObject({
      answer: "worse",
      verdicts: [{ answer: "worse" }, { answer: "worse" }],
    });
  });

  it("names every problem of both files, judges nothing and ends with 2", async () => {
    const settings = file("analysis.yaml", "algorithm: guess\n");
    const input = file("windows.jsonl", "nope\n{}\n");
    expect(await judge("--input", input, "--settings", settings)).toBe(2);
    expect(printed).toBe("");
    for (const problem of [
      `${settings}, algorithm: expected`,
      `${input}, line 1: expected JSON`,
      `${input}, line 2, at: expected`,
      `${input}, line 2, slots: expected a mapping, found nothing`,
    ]) {
      expect(said).toContain(problem);
    }
  });

  it("says that a file can't be read", async () => {
    const missing = join(folder, "missing.jsonl");
    expect(await judge("--input", missing)).toBe(2);
    expect(said).toContain(`${missing}: expected a file that can be read: ENOENT`);
  });
});
