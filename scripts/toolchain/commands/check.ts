// `npm run check`: all that needs nothing but Node.
import { add, closing, exitCode } from "./counts.ts";
import { runChecks, runTests } from "./steps.ts";

const counts = add([...(await runChecks()), await runTests("unit", process.argv.slice(2))]);
process.stdout.write(`${closing(counts)}\n`);
process.exitCode = exitCode(counts);
