import { shellQuoted } from "../../infra/gateway/host-script.ts";

/** Stand-in providers: written here in TypeScript, run where the official plugins can't be had. */
export const PROVIDERS = ["command", "docker", "github"] as const;

/** What esbuild makes one file of each. */
export const BUNDLES = {
  "language-nodejs": "language-host/main.ts",
  "resource-command": "plugins/command/main.ts",
  "resource-docker": "plugins/docker/main.ts",
  "resource-github": "plugins/github/main.ts",
} as const;

/** Starts a bundle, or a module of the program's own SDK, with V8's compile cache. */
export function launcher(cacheFolder: string): string {
  return `import { createRequire, enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

enableCompileCache(${JSON.stringify(cacheFolder)});
const [kind, target] = process.argv.splice(2, 2);
if (kind === "bundle") {
  process.argv[1] = target;
  await import(pathToFileURL(target).href);
} else {
  process.argv[1] = createRequire(join(process.cwd(), "package.json")).resolve(target);
  await import(pathToFileURL(process.argv[1]).href);
}
// A plugin is killed, not ended: what it compiled is kept once it is at rest.
if (process.env.SLUICE_WARM_UP) setTimeout(() => (flushCompileCache(), process.exit(0)), 300);
`;
}

/** A POSIX script that becomes the Node given, so that signals and the process id are the plugin's own. */
export function shim(node: string, launcherPath: string, kind: "bundle" | "module", target: string): string {
  return `#!/bin/sh\nexec ${[node, launcherPath, kind, target].map(shellQuoted).join(" ")} "$@"\n`;
}
