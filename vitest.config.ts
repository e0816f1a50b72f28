import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// `unit` needs nothing but Node; `e2e` (*.e2e.test.ts) runs on the real engine, Docker, nginx and PostgreSQL, one file
// at a time, because the files share the machine's loopback addresses.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // On two cores vitest itself would use one.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // Long enough for a machine that is busy with something else: none of them measures time.
          testTimeout: 60_000,
          include: ["{infra,components,stacks,policy,scripts}/**/*.test.ts"],
          exclude: ["**/*.e2e.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "e2e",
          include: ["{infra,components,stacks,policy,scripts}/**/*.e2e.test.ts"],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
