import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** The import directions of docs/architecture.md: a folder may import only from the folders named for it. */
const mayImport = {
  "infra/model": [],
  "infra/config": ["infra/model"],
  "infra/rollout": ["infra/model"],
  "infra/gateway": ["infra/model"],
  "infra/ledger": ["infra/model"],
  "infra/analysis": ["infra/model"],
  "infra/gates": ["infra/model"],
  "infra/driver": ["infra/rollout", "infra/gateway", "infra/ledger", "infra/analysis", "infra/gates", "infra/model"],
  "infra/adapters": [
    "infra/driver/ports",
    "infra/driver/ports.ts",
    "infra/gates/signed",
    "infra/gateway",
    "infra/ledger",
    "infra/model",
  ],
  components: ["infra/model", "infra/gateway"],
  policy: ["infra/model", "infra/gates"],
  stacks: ["components", "infra/model", "infra/config", "infra/ledger"],
};
const places = [...Object.keys(mayImport), "scripts", "examples"];

/** `stacks/index.ts` opens the ledger (read only), so that `pulumi up` and the driver's program declare the same. */
const exceptions = { stacks: ["infra/adapters/ledger", "infra/adapters/secrets.ts"] };

const zones = Object.entries(mayImport).flatMap(([target, allowed]) =>
  places
    .filter((from) => from !== target && !allowed.includes(from))
    .map((from) => ({
      target: `./${target}`,
      from: `./${from}`,
      except: [...allowed, ...(exceptions[target] ?? [])]
        .filter((path) => path.startsWith(`${from}/`))
        .map((path) => `./${path.slice(from.length + 1)}`),
      message: `${target} may import from: ${allowed.join(", ") || "nothing in the project"}`,
    })),
);

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/dist/**", "examples/**", "**/*.mjs"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js", "policy/index.js"] } },
    },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver": { node: { extensions: [".ts", ".js", ".mjs"] } } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "import-x/no-restricted-paths": ["error", { zones, basePath: import.meta.dirname }],
      "import-x/no-cycle": "error",
    },
  },
  { files: ["*.config.js", "policy/index.js"], ...tseslint.configs.disableTypeChecked },
  {
    // Tests of effects may start the real parts that scripts/ knows how to start.
    files: ["**/*.test.ts", "**/testing/**"],
    rules: { "import-x/no-restricted-paths": "off" },
  },
  {
    // Time and chance are arguments: only adapters and commands may ask the machine for them.
    files: ["infra/{model,config,rollout,gateway,ledger,analysis,gates,driver}/**/*.ts"],
    ignores: ["**/*.test.ts", "**/testing/**"],
    rules: {
      "no-restricted-globals": ["error", "fetch", "setTimeout", "setInterval"],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now" },
        { object: "Math", property: "random" },
      ],
      "no-restricted-imports": ["error", { patterns: ["node:child_process", "node:fs", "node:fs/*", "node:net"] }],
    },
  },
);
