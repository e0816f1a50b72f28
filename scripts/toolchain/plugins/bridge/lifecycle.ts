import { outputsOf, appliedMeta, plannedMeta, readMeta, stateOf } from "./outputs.ts";
import { planState } from "./plan.ts";
import { importInputs, refreshInputs } from "./refresh-inputs.ts";
import { resolvePlan, settleApplied, settleRead, settleUpdated } from "./state.ts";
import { ResourceInitFailed } from "../shared/rpc.ts";
import type * as rpc from "../shared/rpc.ts";
import { UNKNOWN } from "../shared/values.ts";
import type { ResourceType } from "./resource.ts";
import { PartlyCreated } from "./resource.ts";

/** A resource's life in the engine's terms: plan, carry out, settle the state. */

type Connect<C> = () => Promise<C>;

export async function create<C>(
  type: ResourceType<C>,
  request: rpc.CreateRequest,
  connect: Connect<C>,
): Promise<rpc.CreateResponse> {
  const { fields, meta } = type;
  const timeouts = { create: request.timeout };
  const planned = planState(fields, request.properties);
  if (request.preview) return { properties: outputsOf(fields, UNKNOWN, planned, plannedMeta(meta, timeouts)) };
  const applied = appliedMeta(meta, timeouts);
  try {
    const { id, state } = await type.create(await connect(), resolvePlan(fields, planned));
    return { id, properties: outputsOf(fields, id, settleApplied(fields, planned, state), applied) };
  } catch (error) {
    if (!(error instanceof PartlyCreated)) throw failure(error);
    const properties = outputsOf(fields, error.id, resolvePlan(fields, planned), applied);
    throw new ResourceInitFailed({ id: error.id, properties, reasons: [`creating ${request.urn}: ${reason(error)}`] });
  }
}

export async function read<C>(
  type: ResourceType<C>,
  request: rpc.ReadRequest,
  connect: Connect<C>,
): Promise<rpc.ReadResponse> {
  const { fields, meta } = type;
  const isImport = Object.keys(request.properties).length === 0;
  const prior = stateOf(fields, request.properties);
  const seen = await during(`refreshing ${request.urn}`, async () => type.read(await connect(), request.id, prior));
  if (!seen) return {};
  const state = settleRead(fields, prior, seen.state);
  return {
    id: seen.id,
    properties: outputsOf(fields, seen.id, state, readMeta(meta, request.properties)),
    inputs: isImport ? importInputs(fields, state) : refreshInputs(fields, request.inputs, state),
  };
}

export async function update<C>(
  type: ResourceType<C>,
  request: rpc.UpdateRequest,
  connect: Connect<C>,
): Promise<rpc.UpdateResponse> {
  const { fields, meta } = type;
  const timeouts = { update: request.timeout };
  const prior = stateOf(fields, request.olds);
  const planned = planState(fields, request.news, prior);
  if (request.preview) return { properties: outputsOf(fields, request.id, planned, plannedMeta(meta, timeouts)) };
  const applied = appliedMeta(meta, timeouts);
  const unread = settleUpdated(fields, planned, prior);
  try {
    const seen = await type.update(await connect(), request.id, unread, prior);
    const state = seen ? settleApplied(fields, planned, seen.state) : unread;
    return { properties: outputsOf(fields, seen?.id ?? request.id, state, applied) };
  } catch (error) {
    const properties = outputsOf(fields, request.id, unread, applied);
    throw new ResourceInitFailed({
      id: request.id,
      properties,
      reasons: [`updating ${request.urn}: ${reason(error)}`],
    });
  }
}

export async function remove<C>(type: ResourceType<C>, request: rpc.DeleteRequest, connect: Connect<C>): Promise<void> {
  const state = stateOf(type.fields, request.properties);
  await during(`deleting ${request.urn}`, async () => type.remove(await connect(), request.id, state));
}

async function during<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new Error(`${what}: ${reason(error)}`, { cause: error });
  }
}

function failure(error: unknown): Error {
  return new Error(reason(error), { cause: error });
}

/** As the official provider lists what went wrong. */
function reason(error: unknown): string {
  return `1 error occurred:\n\t* ${error instanceof Error ? error.message : String(error)}\n\n`;
}
