import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Folder for everything that Sluice downloads or builds. Shared by all checkouts, so each entry's name holds its version. */
export function cacheFolder(env = process.env) {
  if (env.SLUICE_CACHE) return env.SLUICE_CACHE;
  // The XDG standard: a relative path is invalid and to be ignored.
  const base = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(homedir(), ".cache");
  return join(base, "sluice");
}
