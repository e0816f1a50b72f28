import { Command, InvalidArgumentError } from "commander";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../cli/run-program.ts";
import { table } from "../cli/table.ts";
import type { Benchmark, BenchOptions } from "./benchmark.ts";
import { loadNow, machineFacts } from "./machine.ts";
import { canaryBenchmark } from "./canary/main.ts";
import { demoBenchmark } from "./demo.ts";
import { judgeBenchmark } from "./judge/main.ts";
import { rollbackBenchmark } from "./rollback/main.ts";
import { switchBenchmark } from "./switch/main.ts";
import { upBenchmark } from "./up/main.ts";

const benchmarks: readonly Benchmark[] = [
  switchBenchmark,
  rollbackBenchmark,
  upBenchmark,
  demoBenchmark,
  judgeBenchmark,
  canaryBenchmark,
];

interface Options extends Omit<BenchOptions, "ratePerSecond"> {
  readonly out?: string;
  readonly rate: number;
}

const known = benchmarks.map(({ name, about }) => `  ${name.padEnd(10)}${about}`).join("\n");

const program = new Command("bench")
  .description("Measures what docs/benchmarks.md says, on this machine and loopback only.")
  .argument("[name...]", "which ones; default: all", (name: string, before: readonly string[] = []) => {
    if (!benchmarks.some((one) => one.name === name)) {
      throw new InvalidArgumentError(`Expected one of ${benchmarks.map((one) => one.name).join(", ")}.`);
    }
    return [...before, name];
  })
  .option("--out <folder>", "write each one's figures there, as <name>.json")
  .option("--scale <share>", "share of the full size, e.g. 0.1", numberAbove(0), 1)
  .option("--rate <requests>", "requests a second of load", numberAbove(0), 1_200)
  .option("--seed <number>", "judge: of what is drawn by chance", numberAbove(0))
  .option("--cells <names...>", 'judge: only these canaries, e.g. "errors x4, 2/s"')
  .option("--more", "judge: other traffic, larger differences between healthy slots, another promotionAlpha")
  .addHelpText("after", `\nBenchmarks:\n${known}`)
  .action(async (names: readonly string[], { out, rate, ...options }: Options) => {
    const chosen = names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name));
    let failures = 0;
    for (const benchmark of chosen) {
      failures += await carryOut(benchmark, { ...options, ratePerSecond: rate }, out);
    }
    process.exitCode = failures > 0 ? 1 : 0;
  });

await runProgram(program);

/** Runs one, prints its tables, and returns how many figures were not reached. */
async function carryOut(benchmark: Benchmark, options: BenchOptions, out: string | undefined): Promise<number> {
  const begunAt = new Date();
  const loadBefore = loadNow();
  const say = (text: string) => void process.stderr.write(`${benchmark.name}: ${text}\n`);
  const { settings, results, tables, failures } = await benchmark.run(options, say);
  const facts = {
    benchmark: benchmark.name,
    command: `npm run bench -- ${process.argv.slice(2).join(" ")}`.trim(),
    begunAt: begunAt.toISOString(),
    seconds: Math.round((Date.now() - begunAt.getTime()) / 1000),
    machine: machineFacts(),
    load: { before: loadBefore, after: loadNow() },
    settings,
  };
  for (const { title, head, rows } of tables) process.stdout.write(`\n${title}\n\n${table(head, rows)}\n`);
  const { cores, cpu } = facts.machine;
  process.stdout.write(`\n${cores} cores (${cpu}), load ${loadBefore[0]} before and ${facts.load.after[0]} after\n`);
  for (const failure of failures) process.stdout.write(`NOT REACHED: ${failure}\n`);
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, `${benchmark.name}.json`), `${JSON.stringify({ ...facts, failures, results }, null, 2)}\n`);
  }
  return failures.length;
}

function numberAbove(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > least) return value;
    throw new InvalidArgumentError(`Expected a number above ${least}.`);
  };
}
