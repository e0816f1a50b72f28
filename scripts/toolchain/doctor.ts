import { execFile } from "node:child_process";
import { promisify } from "node:util";
import Table from "cli-table3";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { findPart } from "./find-part.ts";
import { OS_PARTS, type OsPartName, TEST_NEEDS } from "./os-parts.ts";
import { choosePlugins, wantedPlugins } from "./plugin-source.ts";
import { findPulumi } from "./pulumi.ts";

/** One part of the toolchain, as found or missing. */
export type Part = { readonly name: string; readonly neededBy: string } & (
  | { readonly state: "found"; readonly version: string; readonly path: string; readonly source: string }
  /** `optional`: neither tests nor the demo need it. */
  | { readonly state: "missing"; readonly fix: string; readonly optional: boolean }
);

/** What is in use, from where, and what is missing. Fetches and builds nothing. */
export interface Diagnosis {
  readonly cache: string;
  readonly parts: readonly Part[];
}

const VERSION_LIMIT_MS = 5_000;
const SET_UP = "npm run demo, or npm test: each sets up what it needs";

/** How each program says its version. */
const VERSION_FLAGS: Record<OsPartName, readonly string[]> = {
  docker: ["--version"],
  nginx: ["-v"],
  ssh: ["-V"],
  postgresql: ["--version"],
  "docker-registry": ["--version"],
  "ssh-client": ["-V"],
  openssl: ["version"],
  busybox: ["--help"],
  iproute2: ["-V"],
  mtail: ["--version"],
  prometheus: ["--version"],
  haproxy: ["-v"],
  chromium: ["--version"],
};

/** Looks at the toolchain in use here. */
export async function diagnose(): Promise<Diagnosis> {
  const names = Object.keys(OS_PARTS) as OsPartName[];
  const [pulumi, ...system] = await Promise.all([diagnosePulumi(), ...names.map(diagnosePart)]);
  const node: Part = {
    ...{ name: "Node", neededBy: "everything", state: "found", version: process.versions.node },
    ...{ path: process.execPath, source: process.execPath.startsWith(cacheFolder()) ? "npm registry" : "PATH" },
  };
  return { cache: cacheFolder(), parts: [node, ...pulumi, ...system] };
}

async function diagnosePulumi(): Promise<Part[]> {
  const name = "Pulumi engine";
  const neededBy = "environments";
  const pulumi = await findPulumi();
  if (pulumi === undefined) return [{ name, neededBy, state: "missing", fix: SET_UP, optional: false }];
  const { version, command: path, tier } = pulumi;
  const plugins = await choosePlugins(pulumi, undefined);
  return [
    { name, neededBy, state: "found", version, path, source: `tier ${tier}` },
    ...wantedPlugins().map((plugin): Part => ({
      ...{ name: `Pulumi plugin ${plugin.name}`, neededBy, state: "found", version: plugin.version },
      ...(plugins === "official" ? { path: "Pulumi's plugin folder" } : { path: "scripts/toolchain/plugins" }),
      source: plugins,
    })),
  ];
}

async function diagnosePart(part: OsPartName): Promise<Part> {
  const { what: name, neededBy, packages } = OS_PARTS[part];
  const path = await findPart(part);
  if (path === undefined) {
    return {
      name,
      neededBy,
      state: "missing",
      fix: `sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`,
      optional: !TEST_NEEDS.includes(part),
    };
  }
  if (path.endsWith(".sock"))
    return { name, neededBy, state: "found", version: "running", path, source: "in use as it is" };
  return {
    name,
    neededBy,
    state: "found",
    version: await askVersion(path, VERSION_FLAGS[part]),
    path,
    source: "system",
  };
}

async function askVersion(path: string, flags: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, flags, { timeout: VERSION_LIMIT_MS });
    return readVersion(stdout + stderr);
  } catch (error) {
    // Some print their version with a usage and a failure.
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return readVersion(stdout + stderr);
  }
}

/** The first thing that looks like a version. */
export function readVersion(output: string): string {
  return /\d+\.\d+(?:\.\d+)*(?:p\d+)?/.exec(output)?.[0] ?? "unknown";
}

/** The diagnosis as a table for a terminal. */
export function renderTable({ cache, parts }: Diagnosis): string {
  const table = new Table({
    head: ["part", "version", "from", "path, or how to get it", "needed by"],
    style: { head: [], border: [] },
  });
  for (const part of parts) {
    switch (part.state) {
      case "found":
        table.push([part.name, part.version, part.source, part.path, part.neededBy]);
        break;
      case "missing":
        table.push([part.name, "missing", "", part.fix, part.neededBy]);
        break;
    }
  }
  return `${table.toString()}\ncache: ${cache}`;
}

/** The diagnosis as one JSON document. */
export function renderJson(diagnosis: Diagnosis): string {
  return JSON.stringify(diagnosis, undefined, 2);
}
