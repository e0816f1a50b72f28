// node build.ts [--release 1.1.0] [--out build]: the UI and the bundled server, ready to run with nothing but Node.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import react from "@vitejs/plugin-react";
import { build } from "vite";

interface Release {
  readonly headline: string;
  readonly accent: string;
  readonly features: readonly string[];
}

const root = import.meta.dirname;
const { values } = parseArgs({ options: { release: { type: "string", default: "1.0.0" }, out: { type: "string" } } });
const out = resolve(values.out ?? resolve(root, "build"));
const releases = JSON.parse(readFileSync(resolve(root, "releases.json"), "utf8")) as Record<string, Release>;
const release = releases[values.release];
if (!release) {
  console.error(`--release: expected one of ${Object.keys(releases).join(", ")}, got "${values.release}"`);
  process.exit(2);
}

rmSync(out, { recursive: true, force: true });
const { headline, accent, features } = release;
await build({
  root,
  configFile: false,
  logLevel: "warn",
  plugins: [react()],
  define: { __RELEASE__: JSON.stringify({ version: values.release, headline, accent, features }) },
  build: { outDir: resolve(out, "public"), emptyOutDir: true },
});
await build({
  root,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  // Bundled whole, so that the image holds no node_modules: smaller, quicker to start, less memory.
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: "node24",
    outDir: out,
    emptyOutDir: false,
    rolldownOptions: {
      input: { server: resolve(root, "server/server.ts"), healthcheck: resolve(root, "server/healthcheck.ts") },
    },
  },
});
writeFileSync(resolve(out, "package.json"), `${JSON.stringify({ type: "module", version: values.release })}\n`);
