import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installSample } from "../../local/react-ui.ts";
import { type Counts, countCheck, countRun, type TestReport } from "./counts.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A tool that reads the sources, with its arguments; each counts as one test. */
const CHECKS = [
  ["tsc", "--noEmit", "-p", "."],
  ["eslint", "."],
  ["prettier", "--check", "."],
] as const;

/** Types, lint and format. */
export async function runChecks(): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (const [tool, ...args] of CHECKS) {
    process.stderr.write(`${[tool, ...args].join(" ")}\n`);
    const code = await runTool(tool, args);
    counts.push(countCheck(tool, code));
  }
  return counts;
}

/** One of vitest's projects, with more arguments for it (file names, `-t`). */
export function runTests(project: "unit" | "e2e", args: readonly string[]): Promise<Counts> {
  process.stderr.write(`vitest, project ${project}\n`);
  return runVitest(project, root, ["--project", project], args);
}

/** The sample service's own tests, with its own packages. */
export async function runSampleTests(): Promise<Counts[]> {
  process.stderr.write("examples/react-ui: types and tests\n");
  await installSample((line) => void process.stderr.write(`${line}\n`));
  const sample = join(root, "examples", "react-ui");
  const checks = await Promise.all([".", "src"].map((project) => runTool("tsc", ["--noEmit", "-p", project], sample)));
  const counts = checks.map((code) => countCheck("examples/react-ui: tsc", code));
  return [...counts, await runVitest("examples/react-ui", sample, [], [])];
}

async function runVitest(
  name: string,
  folderOfTests: string,
  options: readonly string[],
  args: readonly string[],
): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-tests-"));
  try {
    const file = join(folder, "report.json");
    // Files picked by name may all be of the other project.
    const only = args.length > 0 ? ["--passWithNoTests"] : [];
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const code = await runTool("vitest", ["run", ...options, ...reporters, ...only, ...args], folderOfTests);
    return countRun(name, code, readReport(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as TestReport;
  } catch {
    return undefined; // vitest ended before it wrote one.
  }
}

/** Runs a tool of node_modules; this process waits for it to end when it is told to stop. */
async function runTool(tool: string, args: readonly string[], folder = root): Promise<number> {
  const child = spawn(process.execPath, [join(folder, "node_modules", ".bin", tool), ...args], {
    cwd: folder,
    stdio: "inherit",
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (signal !== null) throw new Error(`${tool} was ended by ${signal}`);
    return code ?? 1;
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}
