import { start } from "./toolchain/bootstrap.mjs";

const targets = {
  demo: "scripts/demo/main.ts",
  test: "scripts/toolchain/commands/test.ts",
  check: "scripts/toolchain/commands/check.ts",
  bench: "scripts/bench/main.ts",
  chaos: "scripts/chaos/main.ts",
};

const [name, ...args] = process.argv.slice(2);
if (Object.hasOwn(targets, name ?? "")) {
  await start(targets[name], args);
} else {
  process.stderr.write(`usage: node scripts/run.mjs <${Object.keys(targets).join("|")}> [arguments]\n`);
  process.exitCode = 2;
}
