import { execa } from "execa";
import { home } from "../compose.ts";
import { setUp } from "../toolchain/set-up.ts";
import type { Benchmark } from "./benchmark.ts";

/** The whole demo as a person runs it, on a machine where the set-up is done. */
export const demoBenchmark: Benchmark = {
  name: "demo",
  about: "wall time of `npm run demo` with a warm cache",
  run: async (_, say) => {
    await setUp(undefined, say);
    const before = performance.now();
    const { exitCode } = await execa("npm", ["run", "--silent", "demo"], {
      ...{ cwd: home, stdin: "ignore", stdout: ["pipe", process.stderr], stderr: "inherit", reject: false },
    });
    const seconds = Math.round((performance.now() - before) / 1000);
    return {
      settings: {},
      results: { seconds, exitCode },
      tables: [
        { title: "npm run demo, warm cache", head: ["seconds", "exit code"], rows: [[seconds, exitCode ?? "-"]] },
      ],
      failures: [
        ...(exitCode === 0 ? [] : [`the demo ended with exit code ${exitCode ?? "none"}`]),
        ...(seconds < 240 ? [] : [`the demo took ${seconds} s, expected less than 240`]),
      ],
    };
  },
};
