import type { Container, ContainerCreateOptions } from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { attempt, describe, isNotFound, mentions } from "../engine/errors.ts";
import { requireImage } from "../engine/images.ts";
import { containerFields } from "../schema/container.ts";
import { attachToEnd } from "./container-attach.ts";
import { containerConfig, memoryLimits } from "./container-config.ts";
import { waitHealthy } from "./container-health.ts";
import { connectNetworks } from "./container-networks.ts";
import { containerState } from "./container-state.ts";
import { upload } from "./container-uploads.ts";
import { flag, given, text, whole } from "../../bridge/get.ts";
import { PartlyCreated } from "../../bridge/resource.ts";
import type { Seen } from "../../bridge/resource.ts";
import type { Engine, ResourceType } from "./resource.ts";

export const container: ResourceType = {
  fields: containerFields,
  meta: { schemaVersion: 2, timeouts: true },
  deleteBeforeReplace: true,
  create,
  read,
  update,
  remove,
};

async function create(engine: Engine, planned: JsonObject): Promise<Seen> {
  const image = text(planned, "image");
  await attempt(`Unable to create container with image ${image}`, () => requireImage(engine, image));
  const config = containerConfig(planned);
  const made = await attempt("Unable to create container", () => createContainer(engine, planned, config));
  try {
    const containerLogs = await bringUp(engine, made, planned);
    const seen = await read(engine, made.id, planned);
    if (!seen) throw new Error(`container ${made.id} is gone after its creation`);
    return { id: seen.id, state: { ...seen.state, ...(containerLogs !== undefined && { containerLogs }) } };
  } catch (error) {
    throw new PartlyCreated(made.id, error);
  }
}

/** Name and platform travel in the query, the rest in the body: left to itself, dockerode puts all of it into both. */
function createContainer({ docker }: Engine, planned: JsonObject, config: ContainerCreateOptions): Promise<Container> {
  const query = given({ name: text(planned, "name"), platform: text(planned, "platform") });
  const options: ContainerCreateOptions & { _query: object; _body: object } = { _query: query, _body: config };
  return docker.createContainer(options);
}

async function bringUp(engine: Engine, made: Container, planned: JsonObject): Promise<string | undefined> {
  await connectNetworks(engine.docker, made.id, planned);
  await upload(made, planned);
  if (flag(planned, "start")) {
    await attempt("Unable to start container", () => made.start());
    if (flag(planned, "wait"))
      await waitHealthy(made, text(planned, "name"), whole(planned, "waitTimeout"), engine.signal);
  }
  return flag(planned, "attach") ? attachToEnd(made, planned, engine.signal) : undefined;
}

async function read({ docker }: Engine, id: string, prior: JsonObject): Promise<Seen | undefined> {
  try {
    const found = await docker.getContainer(id).inspect();
    return { id: found.Id, state: containerState(found, prior) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(describe(error), { cause: error });
  }
}

/** What Docker can change in a container that runs. */
const LIVE = ["restart", "maxRetryCount", "cpuShares", "memory", "memoryReservation", "cpuSet", "memorySwap"] as const;

async function update({ docker }: Engine, id: string, planned: JsonObject, prior: JsonObject): Promise<undefined> {
  const made = docker.getContainer(id);
  const stoppedButMustRun = !flag(prior, "mustRun") && flag(planned, "mustRun");
  if (stoppedButMustRun && flag(planned, "start")) await attempt("Unable to start container", () => made.start());
  if (LIVE.every((key) => (prior[key] ?? null) === (planned[key] ?? null))) return undefined;
  const limits = given({
    ...memoryLimits(planned),
    CpuShares: whole(planned, "cpuShares"),
    CpusetCpus: text(planned, "cpuSet"),
  });
  const RestartPolicy = { Name: text(planned, "restart"), MaximumRetryCount: whole(planned, "maxRetryCount") };
  await attempt("Unable to update a container", () => made.update({ ...limits, RestartPolicy }));
  return undefined;
}

async function remove({ docker }: Engine, id: string, state: JsonObject): Promise<void> {
  const made = docker.getContainer(id);
  if (!flag(state, "attach")) {
    await ignoring(["No such container"], `Error stopping container ${id}`, () => stop(made, state));
  }
  const gone = ["No such container", "is already in progress"];
  await ignoring(gone, `Error deleting container ${id}`, () =>
    made.remove({ v: flag(state, "removeVolumes"), force: true }),
  );
  const condition = flag(state, "rm") ? "removed" : "not-running";
  await ignoring(gone, `Error waiting for container removal '${id}'`, () => made.wait({ condition }));
}

/** Without a grace period the container is killed at once: 0 is said, not left out. */
async function stop(made: Container, state: JsonObject): Promise<void> {
  try {
    await made.stop({ t: Math.max(0, whole(state, "destroyGraceSeconds")) });
  } catch (error) {
    if (!mentions(error, "container already stopped")) throw error;
  }
}

async function ignoring(phrases: readonly string[], what: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (cause) {
    if (!mentions(cause, ...phrases)) throw new Error(`${what}: ${describe(cause)}`, { cause });
  }
}
