import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An installed npm package that brings a Pulumi resource provider. */
export interface ProviderPackage {
  readonly name: string;
  readonly version: string;
  readonly server: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** The providers among the packages of a program's own node_modules folder, by name. */
export function findProviderPackages(programFolder: string): ProviderPackage[] {
  const modules = join(programFolder, "node_modules");
  const found = list(modules)
    .flatMap((entry) => (entry.startsWith("@") ? list(join(modules, entry)).map((name) => join(entry, name)) : [entry]))
    .flatMap((entry) => toProvider(readManifest(join(modules, entry))));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A package's provider: named in its manifest, else after the package (`@pulumi/docker` -> `docker`). */
export function toProvider(manifest: Manifest | undefined): ProviderPackage[] {
  if (manifest?.pulumi?.resource !== true) return [];
  const { name = manifest.name?.replace(/^@[^/]+\//, ""), version = manifest.version, server = "" } = manifest.pulumi;
  return name === undefined || version === undefined
    ? []
    : [{ name, version: `v${version.replace(/^v/, "")}`, server }];
}

/** What a program's package.json asks for, with the versions that are installed. */
export function findDependencies(folder: string): { name: string; version: string }[] {
  const manifest = readManifest(folder);
  const wanted = { ...manifest?.devDependencies, ...manifest?.dependencies };
  return Object.entries(wanted).map(([name, range]) => ({
    name,
    version: readManifest(join(folder, "node_modules", name))?.version ?? range,
  }));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    return undefined; // No package, or one that npm couldn't read either.
  }
}
