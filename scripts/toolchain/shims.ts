import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { withLock } from "./bootstrap/lock.mjs";
import type { Progress } from "./progress.ts";
import type { Pulumi } from "./pulumi.ts";
import { BUNDLES, launcher, PROVIDERS, shim } from "./shim-scripts.ts";

const toolchain = fileURLToPath(new URL(".", import.meta.url));

/** Folders for PATH. */
export interface Shims {
  /** The engine with its language host, dynamic provider and policy runner beside it, as in an official install. */
  readonly engine: string;
  /** The stand-in providers. */
  readonly providers: string;
}

/**
 * The shims for an engine, made if the cache hasn't got them. Named by the hash of all they are made of, so that
 * checkouts with the same sources share them and others don't disturb each other.
 */
export async function ensureShims(engine: Pulumi, progress: Progress): Promise<Shims> {
  const home = join(cacheFolder(), `shims-${sourceHash(engine.command)}`);
  const shims = { engine: join(home, "bin"), providers: join(home, "providers") };
  if (existsSync(home)) return shims;
  await withLock(
    home.slice(cacheFolder().length + 1),
    async () => {
      if (existsSync(home)) return;
      progress("Bundling the language host and the stand-in plugins...");
      const temp = join(cacheFolder(), `tmp-${home.slice(cacheFolder().length + 1)}`);
      rmSync(temp, { recursive: true, force: true });
      await bundle(join(temp, "lib"));
      writeScripts(temp, home);
      // A hard link: the engine finds its bundled plugins beside its own path, symbolic links resolved.
      if (engine.tier === "registry") linkSync(engine.command, join(temp, "bin", "pulumi"));
      renameSync(temp, home);
      await Promise.all(Object.keys(BUNDLES).map((name) => warmUp(home, name)));
    },
    progress,
  );
  return shims;
}

function sourceHash(engine: string): string {
  const hash = createHash("sha256");
  const sources = globSync(["language-host/**/*.ts", "plugins/**/*.ts", "shim*.ts"], { cwd: toolchain });
  for (const path of sources.filter((name) => !name.endsWith(".test.ts")).sort()) {
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(toolchain, path)))
      .update("\0");
  }
  hash
    .update(readFileSync(join(toolchain, "../../package-lock.json")))
    .update(process.execPath)
    .update(engine);
  return hash.digest("hex").slice(0, 16);
}

/** One file of each entry point, by the name of the file without `.mjs`. */
export async function bundle(outdir: string, entryPoints: Readonly<Record<string, string>> = BUNDLES): Promise<void> {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: toolchain,
    entryPoints: { ...entryPoints },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    legalComments: "linked",
    logLevel: "error",
    // Optional native helpers of ssh2, which does without; ts-node is only for the SDK's own runners.
    external: ["*.node", "cpu-features", "ts-node", "typescript"],
    loader: { ".node": "empty" },
    banner: {
      js: [
        'import { createRequire as __createRequire } from "node:module";',
        'import { dirname as __toFolder } from "node:path";',
        'import { fileURLToPath as __toPath } from "node:url";',
        "const require = __createRequire(import.meta.url);",
        "const __filename = __toPath(import.meta.url);",
        "const __dirname = __toFolder(__filename);",
      ].join("\n"),
    },
  });
}

function writeScripts(temp: string, home: string): void {
  const launcherPath = join(home, "lib", "launch.mjs");
  const script = (path: string, kind: "bundle" | "module", target: string): void => {
    writeFileSync(join(temp, path), shim(process.execPath, launcherPath, kind, target));
    chmodSync(join(temp, path), 0o755);
  };
  for (const folder of ["bin", "providers"]) mkdirSync(join(temp, folder), { recursive: true });
  writeFileSync(join(temp, "lib", "launch.mjs"), launcher(join(home, "compile-cache")));
  script("bin/pulumi-language-nodejs", "bundle", join(home, "lib", "language-nodejs.mjs"));
  script("bin/pulumi-resource-pulumi-nodejs", "module", "@pulumi/pulumi/cmd/dynamic-provider");
  script("bin/pulumi-analyzer-policy-nodejs", "module", "@pulumi/pulumi/cmd/run-policy-pack");
  for (const name of PROVIDERS) {
    script(`providers/pulumi-resource-${name}`, "bundle", join(home, "lib", `resource-${name}.mjs`));
  }
}

/** Runs a bundle once so that V8's cache of it exists; a slower start is all there is to lose. */
async function warmUp(home: string, name: string): Promise<void> {
  const args = [join(home, "lib", "launch.mjs"), "bundle", join(home, "lib", `${name}.mjs`), "127.0.0.1:9"];
  const env = { ...process.env, SLUICE_WARM_UP: "1" };
  const child = spawn(process.execPath, args, { env, stdio: "ignore", timeout: 10_000 });
  await once(child, "close");
}
