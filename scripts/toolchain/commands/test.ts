// `npm test`: everything, on the real parts. What can't work here is said before anything runs.
import { checkMachine, setUp, SetUpError } from "../set-up.ts";
import { TEST_NEEDS } from "../os-parts.ts";
import { add, closing, type Counts, exitCode } from "./counts.ts";
import { runChecks, runSampleTests, runTests } from "./steps.ts";

const args = process.argv.slice(2);
const counts: Counts[] = [];
try {
  await checkMachine(TEST_NEEDS);
  counts.push(...(await runChecks()), await runTests("unit", args));
  if (args.length === 0) counts.push(...(await runSampleTests()));
  await setUp(TEST_NEEDS);
  counts.push(await runTests("e2e", args));
} catch (error) {
  counts.push({ passed: 0, failures: [error instanceof SetUpError ? error.message : String((error as Error).stack)] });
}
const sum = add(counts);
process.stdout.write(`${closing(sum)}\n`);
process.exitCode = exitCode(sum);
