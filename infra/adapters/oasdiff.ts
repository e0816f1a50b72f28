import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf, UnknownError } from "../model/errors.ts";
import { runInGroup } from "./process-group.ts";

/** What came of comparing two OpenAPI documents: oasdiff's own JSON, or its words on which one it can't read. */
export type Compared =
  | { readonly kind: "compared"; readonly changes: unknown }
  | { readonly kind: "unreadable"; readonly from: string | null; readonly to: string | null };

const timeoutMs = 120_000;

/** Compares the texts of two OpenAPI documents; `command` is oasdiff's path. */
export async function compareOpenapi(command: string, from: string, to: string): Promise<Compared> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-openapi-"));
  try {
    const files = { from, to, settings: "" };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.yaml`), text);
    const ran = await breaking(command, folder, "from.yaml", "to.yaml");
    if ("changes" in ran) return { kind: "compared", changes: ran.changes };
    const alone = async (file: string) => {
      const one = await breaking(command, folder, file, file);
      return "problem" in one ? one.problem : null;
    };
    const problems = { from: await alone("from.yaml"), to: await alone("to.yaml") };
    if (problems.from === null && problems.to === null) throw new UnknownError(`oasdiff failed: ${ran.problem}`);
    return { kind: "unreadable", ...problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without the network and files beside the two, and without settings that somebody has for oasdiff on this machine. */
async function breaking(
  command: string,
  folder: string,
  from: string,
  to: string,
): Promise<{ readonly changes: unknown } | { readonly problem: string }> {
  const options = [
    "--format",
    "json",
    "--lang",
    "en",
    "--allow-external-refs=false",
    "--config",
    join(folder, "settings.yaml"),
  ];
  const argv = [command, "breaking", join(folder, from), join(folder, to), ...options];
  const { exitCode, stdout, stderr, trouble, message } = await runInGroup(argv, { timeoutMs, graceMs: 1_000 });
  if (trouble !== null) throw new UnknownError(`oasdiff can't be run: ${message || trouble}`);
  if (exitCode !== 0) return { problem: stderr.trim().replace(/^Error: failed to load \w+ spec from "[^"]*": /, "") };
  try {
    return { changes: JSON.parse(stdout) as unknown };
  } catch (error) {
    throw new UnknownError(`oasdiff gave no JSON: ${messageOf(error)}`, { cause: error });
  }
}
