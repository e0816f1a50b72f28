import type Docker from "dockerode";
import type { OnProgress } from "./errors.ts";
import { imageFor, push } from "./images.ts";
import { buildReactUi, sampleReleases } from "./react-ui.ts";

export interface PublishOptions {
  /** The engine that builds. */
  readonly engine: Docker;
  /** `address:port` of the registry. */
  readonly registry: string;
  /**
   * Releases of the sample.
   * @default all of them
   */
  readonly versions?: readonly string[];
  /** `false`: never ask for official images. @default true */
  readonly official?: boolean;
  readonly onProgress?: OnProgress;
}

/** References by digest (`repository@sha256:...`) in the local registry. */
export interface PublishedImages {
  readonly nginx: string;
  /** Repository of the sample's releases, e.g. `127.0.0.1:5000/org1/react-ui`. */
  readonly repository: string;
  readonly releases: Readonly<Record<string, string>>;
}

/** Builds and pushes what the local environment runs. */
export async function publishImages({
  engine,
  registry,
  versions = Object.keys(sampleReleases()),
  official = true,
  onProgress = () => undefined,
}: PublishOptions): Promise<PublishedImages> {
  const options = { ...(official ? {} : { official: false as const }), onProgress };
  const nginx = await imageFor(engine, "nginx", options);
  const node = await imageFor(engine, "node", options);
  const repository = `${registry}/org1/react-ui`;
  const releases: Record<string, string> = {};
  for (const version of versions) {
    const built = await buildReactUi(engine, { version, base: node.reference, onProgress });
    onProgress(`react-ui ${version}: pushing its image`);
    releases[version] = await push(engine, built, repository, version);
  }
  onProgress(`nginx (${nginx.source}): pushing its image`);
  return { nginx: await push(engine, nginx.reference, `${registry}/sluice/nginx`, nginx.source), repository, releases };
}
