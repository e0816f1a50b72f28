import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.mjs";
import { withLock } from "./lock.mjs";
import { runCommand } from "./run-command.mjs";

/** What npm has of Node 24 as a plain binary; ../node/<platform> pins each by its hash. */
const VERSION = "24.21.0";
const PLATFORMS = ["linux-x64", "linux-arm64"];

/**
 * Sluice runs its TypeScript by type stripping. Not before 24.21: 24.9 loops for minutes when it formats an error whose
 * stack names node_modules twice in a path, so a Pulumi program that throws would hang. 25 and 27 were never tried.
 */
export function isFittingNode(version) {
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
  return (major === "24" && Number(minor) >= 21) || major === "26";
}

/** Absolute path of a fitting Node: this process's own, or one from the npm registry in the cache. */
export async function ensureNode(current = process.versions.node, self = process.execPath) {
  if (isFittingNode(current)) return self;
  const platform = `${process.platform}-${process.arch}`;
  const version = VERSION;
  if (!PLATFORMS.includes(platform)) {
    throw new Error(
      `Sluice needs Node 24 (from 24.21) or 26, this is ${current}, and npm has none for ${platform}: install one`,
    );
  }
  const home = join(cacheFolder(), `node-${version}`);
  const node = join(home, "bin", "node");
  if (existsSync(node)) return node;
  await withLock(`node-${version}`, async (lock) => {
    if (existsSync(node)) return;
    // What an interrupted run left behind goes first: under the lock nobody else can be using it.
    const temp = join(cacheFolder(), `tmp-node-${version}`);
    rmSync(temp, { recursive: true, force: true });
    try {
      cpSync(fileURLToPath(new URL(`../node/${platform}/`, import.meta.url)), temp, { recursive: true });
      const argv = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
      await runCommand(`Getting Node ${version} (this one is ${current})`, argv, { cwd: temp, lock });
      const built = join(temp, "home");
      mkdirSync(join(built, "bin"), { recursive: true });
      renameSync(join(temp, "node_modules", `node-${platform}`, "bin", "node"), join(built, "bin", "node"));
      renameSync(built, home);
    } finally {
      rmSync(temp, { recursive: true, force: true });
    }
  });
  return node;
}

/** The environment in which `node` means this one, in every child too. PATH stays as it is where it does already. */
export function withNodeFirst(node, env = process.env) {
  const folders = (env.PATH ?? "").split(":").filter((folder) => folder !== "");
  const first = folders.find((folder) => existsSync(join(folder, "node")));
  return first === dirname(node) ? env : { ...env, PATH: [dirname(node), ...folders].join(":") };
}
