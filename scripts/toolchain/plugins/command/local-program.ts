import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { errorText } from "./go-text.ts";

/** Looks a program up in this process's own PATH, as the official plugin does, whatever PATH the command gets. */
export async function lookUp(program: string): Promise<string | undefined> {
  if (program.includes("/")) return program;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, program);
    if (folder !== "" && (await isExecutable(path))) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Why a command can't run in this folder, if it can't. */
export async function dirFailure(dir: string): Promise<string | undefined> {
  try {
    return (await stat(dir)).isDirectory() ? undefined : `chdir ${dir}: not a directory`;
  } catch (error) {
    return `chdir ${dir}: ${errorText(error)}`;
  }
}
