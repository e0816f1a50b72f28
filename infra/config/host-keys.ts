import { InputError, type Issue } from "../model/errors.ts";
import type { EnvironmentSettings } from "../model/settings/environment.ts";
import { publicKeyLine, type Host } from "../model/settings/host.ts";
import { dottedKey } from "./path.ts";

type ReadFile = (path: string) => string | Promise<string>;

/**
 * Puts the key itself where a host's `hostKey` is the path of a file.
 *
 * @throws InputError with every file that can't be read or holds something else.
 */
export async function readHostKeys(
  settings: EnvironmentSettings,
  file: string,
  readFile: ReadFile,
): Promise<EnvironmentSettings> {
  const issues: Issue[] = [];
  const hosts: Record<string, Host> = {};
  for (const [name, host] of Object.entries(settings.hosts)) {
    hosts[name] = host;
    if (host.shell.kind !== "ssh" || !host.shell.hostKey.startsWith("/")) continue;
    const answer = await keyIn(host.shell.hostKey, readFile);
    if ("line" in answer) hosts[name] = { ...host, shell: { ...host.shell, hostKey: answer.line } };
    else issues.push({ key: dottedKey(["hosts", name, "shell", "hostKey"]), message: answer.problem });
  }
  if (issues.length > 0) throw new InputError(`${file}: host keys that can't be used`, issues);
  return { ...settings, hosts };
}

async function keyIn(path: string, readFile: ReadFile): Promise<{ line: string } | { problem: string }> {
  try {
    const line = (await readFile(path)).trim();
    return publicKeyLine.test(line)
      ? { line }
      : { problem: `expected one public key line in ${path}, found something else` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `expected a public key file that can be read: ${reason}` };
  }
}
