import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { execa } from "execa";
import type { OnProgress } from "./errors.ts";
import { contentKey, copyFolder, type ImageFile, tarOf } from "./image-files.ts";
import { finished } from "./images.ts";

const SOURCE = join(import.meta.dirname, "../../examples/react-ui");

interface ReleaseNotes {
  readonly faults: Readonly<Record<string, string>>;
}

/** The sample's releases and the faults that are baked into each; the oldest first. */
export function sampleReleases(): Readonly<Record<string, ReleaseNotes>> {
  return JSON.parse(readFileSync(join(SOURCE, "releases.json"), "utf8")) as Record<string, ReleaseNotes>;
}

export interface ReactUiImage {
  readonly version: string;
  /** Image with `node` on its PATH. */
  readonly base: string;
  readonly onProgress?: OnProgress;
}

/**
 * Builds one release of the sample on an engine; what is there already is not built again.
 * @returns its local reference
 */
export async function buildReactUi(
  engine: Docker,
  { version, base, onProgress = () => undefined }: ReactUiImage,
): Promise<string> {
  const faults = sampleReleases()[version]?.faults;
  if (!faults) {
    throw new RangeError(`react-ui ${version}: expected one of ${Object.keys(sampleReleases()).join(", ")}`);
  }
  const built = await buildFiles(version, onProgress);
  const dockerfile = join(SOURCE, "Dockerfile");
  const files: readonly ImageFile[] = [
    { kind: "copy", path: "/Dockerfile", from: dockerfile },
    ...copyFolder(built, "/build"),
  ];
  const buildargs = { BASE: base, RELEASE_VERSION: version, ...faults };
  const reference = `sluice-sample/react-ui:${version}-${contentKey(files, [JSON.stringify(buildargs)])}`;
  const there = await engine.listImages({ filters: { reference: [reference] } });
  if (there.length > 0) return reference;
  onProgress(`react-ui ${version}: building its image`);
  await finished(engine, await engine.buildImage(tarOf(files), { t: reference, buildargs }));
  return reference;
}

let installing: Promise<void> | undefined;

/** The release's UI and server, bundled; kept below the sample's `build/` until a source changes. */
async function buildFiles(version: string, onProgress: OnProgress): Promise<string> {
  const out = join(SOURCE, "build", `${version}-${contentKey(sources())}`);
  if (existsSync(out)) return out;
  await (installing ??= installSample(onProgress));
  onProgress(`react-ui ${version}: bundling its UI and server`);
  const unfinished = `${out}.${process.pid}`;
  await execa(process.execPath, ["build.ts", "--release", version, "--out", unfinished], { cwd: SOURCE });
  try {
    renameSync(unfinished, out); // whole or not at all, also when two build at once
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(out)) throw error;
  }
  return out;
}

function sources(): readonly ImageFile[] {
  const single = ["build.ts", "index.html", "releases.json", "package-lock.json"].map((name): ImageFile => ({
    kind: "copy",
    path: `/${name}`,
    from: join(SOURCE, name),
  }));
  return [...single, ...["server", "src", "public"].flatMap((name) => copyFolder(join(SOURCE, name), `/${name}`))];
}

/** The sample has dependencies of its own, which must not mix with Sluice's. */
export async function installSample(onProgress: OnProgress): Promise<void> {
  const lock = readFileSync(join(SOURCE, "package-lock.json"), "utf8");
  const installed = join(SOURCE, "node_modules", ".sluice-lock");
  if (existsSync(installed) && readFileSync(installed, "utf8") === lock) return;
  onProgress("react-ui: installing its packages (npm ci)");
  await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: SOURCE });
  writeFileSync(installed, lock);
}
