import type Docker from "dockerode";
import type { Engine } from "../resources/resource.ts";
import { attempt, describe, isNotFound } from "./errors.ts";
import { registryOf } from "./registry.ts";

export interface LocalImage {
  readonly id: string;
  readonly repoDigests: readonly string[];
}

export async function findLocalImage(docker: Docker, name: string): Promise<LocalImage | undefined> {
  try {
    const found = await docker.getImage(name).inspect();
    return { id: found.Id, repoDigests: found.RepoDigests };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`unable to inspect image ${name}: ${describe(error)}`, { cause: error });
  }
}

/** The image on the host, pulled when it isn't there yet. */
export async function requireImage(engine: Engine, name: string, platform = ""): Promise<LocalImage> {
  const local = await findLocalImage(engine.docker, name);
  if (local) return local;
  await attempt(`unable to pull image ${name}: error pulling image ${name}`, () => pull(engine, name, platform));
  const pulled = await findLocalImage(engine.docker, name);
  if (!pulled) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}

async function pull({ docker, auths, signal }: Engine, name: string, platform: string): Promise<void> {
  const authconfig = auths.get(registryOf(name));
  const stream = await docker.pull(name, {
    abortSignal: signal,
    ...(platform !== "" && { platform }),
    ...(authconfig && { authconfig }),
  });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

/** The digest that the image has in its registry, "" where it was never in one. */
export function repoDigestOf(name: string, { repoDigests }: LocalImage): string {
  const [first = "", ...others] = repoDigests;
  if (others.length === 0) return first;
  // The official provider cuts the name at its first colon, be it the port's: the same digest must come out here.
  const prefix = name.split(":", 1)[0] ?? "";
  return repoDigests.find((digest) => digest.startsWith(prefix)) ?? first;
}
