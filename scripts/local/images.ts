import Docker from "dockerode";
import { LocalSetupError, type OnProgress } from "./errors.ts";
import { contentKey, tarOf } from "./image-files.ts";
import { mtailStandIn, nginxStandIn, nodeStandIn, type StandIn } from "./stand-ins.ts";

/** Images of others that the local environment needs. */
export type ImageRole = "node" | "nginx" | "mtail";

const ROLES: Readonly<Record<ImageRole, { readonly official: string | false; standIn(): Promise<StandIn> }>> = {
  node: { official: "node:24-slim", standIn: () => nodeStandIn() },
  nginx: { official: "nginx:1.28", standIn: () => nginxStandIn() },
  mtail: { official: false, standIn: () => mtailStandIn() },
};

export interface RoleImage {
  readonly reference: string;
  readonly source: "official" | "stand-in";
}

export interface RoleImageOptions {
  /**
   * The official image to try first; `false` doesn't try.
   * @default node:24-slim, nginx:1.28
   */
  readonly official?: string | false;
  readonly onProgress?: OnProgress;
}

/** An engine's client; `docker` without a command-line client. */
export function engineAt(socketPath: string): Docker {
  return new Docker({ socketPath });
}

/** The official image where it can be pulled, else its stand-in, on this engine. What is there already is not made again. */
export async function imageFor(
  engine: Docker,
  role: ImageRole,
  { official = ROLES[role].official, onProgress = () => undefined }: RoleImageOptions = {},
): Promise<RoleImage> {
  if (official !== false) {
    const refusal = await pull(engine, official);
    if (refusal === undefined) return { reference: official, source: "official" };
    onProgress(`${official} can't be pulled (${refusal}): building a stand-in from this machine's ${role}`);
  }
  const { files, instructions } = await ROLES[role].standIn();
  const key = contentKey(files, instructions);
  const reference = `sluice-stand-in/${role}:${key}`;
  if (!(await exists(engine, reference))) await buildStandIn(engine, role, key, { files, instructions });
  return { reference, source: "stand-in" };
}

async function buildStandIn(
  engine: Docker,
  role: ImageRole,
  key: string,
  { files, instructions }: StandIn,
): Promise<void> {
  // An import keeps owners and modes, which COPY doesn't; it knows few instructions, which a build does.
  const repo = `sluice-stand-in/${role}`;
  const imported = `${key}-files`;
  await finished(engine, await engine.importImage(tarOf(files), { repo, tag: imported }));
  const dockerfile = [`FROM ${repo}:${imported}`, ...instructions, ""].join("\n");
  const context = tarOf([{ kind: "text", path: "/Dockerfile", text: dockerfile }]);
  await finished(engine, await engine.buildImage(context, { t: `${repo}:${key}` }));
}

/** Pulls an image, by digest for example; `undefined`, or why it couldn't be. */
export async function pull(engine: Docker, reference: string): Promise<string | undefined> {
  if (await exists(engine, reference)) return undefined;
  try {
    await finished(engine, await within(REGISTRY_ANSWER_MS, engine.pull(reference)));
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
  }
}

/** The engine answers once the registry has; a network that swallows packets must not cost minutes. */
const REGISTRY_ANSWER_MS = 20_000;

async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LocalSetupError(`no answer within ${ms / 1_000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Pushes an image of this engine as `repository:tag`.
 * @returns the reference by digest, `repository@sha256:...`
 */
export async function push(engine: Docker, reference: string, repository: string, tag: string): Promise<string> {
  await engine.getImage(reference).tag({ repo: repository, tag });
  const stream = await engine.getImage(`${repository}:${tag}`).push({ authconfig: { username: "", password: "" } });
  const events = await finished(engine, stream);
  const digest = events.map(({ aux }) => aux?.Digest).find((value) => value !== undefined);
  if (!digest) throw new LocalSetupError(`pushing ${repository}:${tag} gave no digest`);
  return `${repository}@${digest}`;
}

export async function exists(engine: Docker, reference: string): Promise<boolean> {
  return engine
    .getImage(reference)
    .inspect()
    .then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
}

interface EngineEvent {
  readonly error?: string;
  readonly aux?: { readonly Digest?: string };
}

/** Follows what the engine says of a long step to its end; rejects with its message when it failed. */
export function finished(engine: Docker, stream: NodeJS.ReadableStream): Promise<readonly EngineEvent[]> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(stream, (error: Error | null, events: EngineEvent[]) => {
      const failure = error?.message ?? events.find((event) => event.error)?.error;
      if (failure === undefined) resolve(events);
      else reject(new LocalSetupError(failure));
    });
  });
}
