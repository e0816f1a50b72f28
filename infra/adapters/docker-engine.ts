import Docker from "dockerode";
import type { Engine, Shell } from "../model/settings/host.ts";
import type { ResolveSecret } from "./secrets.ts";

/** Time limit of every call, in milliseconds: a daemon may hang. */
const callTimeout = 30_000;

/** The Docker Engine API of one host, for what Pulumi doesn't do: look, resolve a tag, and collect what is unused. */
export async function dockerEngine(engine: Engine, shell: Shell, resolve: ResolveSecret): Promise<Docker> {
  const made = await connectionTo(engine, shell, resolve);
  const dial = made.modem.dial.bind(made.modem);
  made.modem.dial = (options, done) =>
    dial({ ...options, abortSignal: options.abortSignal ?? AbortSignal.timeout(callTimeout) }, done);
  return made;
}

async function connectionTo(engine: Engine, shell: Shell, resolve: ResolveSecret): Promise<Docker> {
  switch (engine.kind) {
    case "unix":
      return new Docker({ socketPath: engine.socket });
    case "tcp": {
      const { host, port, tls } = engine;
      const [ca, cert, key] = await Promise.all([resolve(tls.ca), resolve(tls.cert), resolve(tls.key)]);
      return new Docker({ protocol: "https", host, port, ca, cert, key });
    }
    case "ssh": {
      if (shell.kind !== "ssh") throw new TypeError("an engine of kind ssh needs a shell of kind ssh");
      const { host, port, user: username } = shell;
      const privateKey = await resolve(shell.privateKey);
      const expected = shell.hostKey.split(" ")[1];
      const hostVerifier = (key: Buffer) => key.toString("base64") === expected;
      return new Docker({ protocol: "ssh", host, port, username, sshOptions: { privateKey, hostVerifier } });
    }
  }
}

/** A daemon may hang, in milliseconds. */
const inspectTimeout = 5_000;

/** Whether the engine answers within this time; rejects where it can't be reached. */
export async function engineAnswers(engine: Docker, timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await engine.listContainers({ limit: 1, abortSignal: signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Ids of the containers of these names that are ours, running or not. */
export async function oursAmong(engine: Docker, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => inspected(engine, name)));
  return found.flatMap((one) => (one && one.Config.Labels["sluice.revision"] !== undefined ? [one.Id] : []));
}

/** Removes containers by id, running or not. One that is gone already is no failure. */
export async function removeContainers(engine: Docker, ids: readonly string[]): Promise<readonly string[]> {
  for (const id of ids) {
    await engine
      .getContainer(id)
      .remove({ force: true })
      .catch((error: unknown) => {
        if ((error as { statusCode?: number }).statusCode !== 404) throw error;
      });
  }
  return ids;
}

/** The container as Docker knows it; null when there is none of this name. */
export async function inspected(engine: Docker, container: string): Promise<Docker.ContainerInspectInfo | null> {
  return unlessMissing(engine.getContainer(container).inspect({ abortSignal: AbortSignal.timeout(inspectTimeout) }));
}

/** What the container uses now, by one sample: up to a second with older engines, else at once; null when there is none of this name. */
export async function statsOf(engine: Docker, container: string): Promise<Docker.ContainerStats | null> {
  const once = { stream: false, "one-shot": true, abortSignal: AbortSignal.timeout(inspectTimeout) } as const;
  return unlessMissing(engine.getContainer(container).stats(once));
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw error;
  }
}

/** Asks the registry, through the engine and with the engine's credentials, which digest a tag stands for now. */
export async function resolveTag(
  engine: Docker,
  image: string,
  credentials?: { readonly username: string; readonly password: string },
): Promise<string> {
  const answer = (await engine.getImage(image).distribution(credentials ? { authconfig: credentials } : {})) as {
    Descriptor?: { digest?: string };
  };
  const digest = answer.Descriptor?.digest;
  if (digest === undefined) throw new TypeError(`the registry named no digest for ${image}`);
  return digest;
}

/** A service's images, as `repository@digest`. */
export interface OwnImages {
  /** What its slots hold and what a rollback may need. */
  readonly keep: readonly string[];
  /** What its slots held before. */
  readonly past: readonly string[];
}

/**
 * Removes of the images that a service once had those that nobody wants any more. Others may want the same ones, of another
 * service or environment on this engine, although no container of theirs uses them now: so each keeper gives what it keeps a
 * name of its own, and an image that has a name of anybody else stays. Returns what was removed.
 * @param keeper the name's repository: `keep.sluice.invalid/local/org1.web`
 */
export async function collectImages(
  engine: Docker,
  keeper: string,
  { keep, past }: OwnImages,
): Promise<readonly string[]> {
  const [images, containers] = await Promise.all([
    engine.listImages({ digests: true }),
    engine.listContainers({ all: true }),
  ]);
  const used = new Set(containers.map(({ ImageID }) => ImageID));
  const removed: string[] = [];
  for (const { Id, RepoDigests, RepoTags } of images) {
    const names = [...(RepoTags ?? []), ...(RepoDigests ?? [])].filter((name) => !name.startsWith("<none>"));
    const mark = `${keeper}:${Id.replace(":", "-")}`;
    if (names.some((name) => keep.includes(name))) {
      if (!names.includes(mark)) await engine.getImage(Id).tag({ repo: keeper, tag: Id.replace(":", "-") });
      continue;
    }
    if (names.includes(mark)) await removeImage(engine, mark);
    const own = past.find((name) => names.includes(name));
    if (own === undefined || used.has(Id)) continue;
    const others = names.filter((name) => name !== mark);
    if (!others.every((name) => belongs(name, repositoryOf(own)))) continue;
    for (const name of others) if (await removeImage(engine, name)) removed.push(name);
  }
  return removed;
}

function repositoryOf(image: string): string {
  return image.slice(0, image.indexOf("@"));
}

/** Whether the name is gone, with its last tag perhaps. A container that has begun to use the image keeps it. */
async function removeImage(engine: Docker, name: string): Promise<boolean> {
  try {
    await engine.getImage(name).remove();
    return true;
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 404) return true;
    if (statusCode === 409) return false;
    throw error;
  }
}

function belongs(name: string, repository: string): boolean {
  return name.startsWith(`${repository}@`) || name.startsWith(`${repository}:`);
}
