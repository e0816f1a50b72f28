import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { runCommand } from "./run-command.mjs";

/** Makes a folder's node_modules fit its package-lock.json. The stamp is inside node_modules: `npm ci` removes it first. */
export async function ensureDependencies(folder) {
  const lockFile = readFileSync(join(folder, "package-lock.json"), "utf8");
  const hash = createHash("sha256").update(lockFile).digest("hex");
  const stamp = join(folder, "node_modules", ".sluice-stamp");
  if (readText(stamp) === hash) return;
  await withLock(`dependencies-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`, async (lock) => {
    if (readText(stamp) === hash) return;
    if (!fits(lockFile, readText(join(folder, "node_modules", ".package-lock.json")))) {
      await runCommand("Installing the npm packages of package-lock.json", ["npm", "ci", "--ignore-scripts"], {
        cwd: folder,
        lock,
      });
    }
    writeFileSync(stamp, hash);
  });
}

/** Whether an installed tree (npm's own record, written last) has every package of the lock file that it needs. */
export function fits(lockFile, installed) {
  if (installed === undefined) return false;
  const wanted = JSON.parse(lockFile).packages;
  const had = parse(installed)?.packages ?? {};
  const same = (path) => had[path]?.version === wanted[path].version && had[path]?.integrity === wanted[path].integrity;
  // An optional package for another platform isn't installed; the rest has to be there.
  return Object.keys(wanted).every((path) => path === "" || same(path) || (wanted[path].optional && !had[path]));
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
