import type Docker from "dockerode";
import type { MetaRules } from "../bridge/outputs.ts";
import type { JsonObject } from "../../shared/rpc.ts";
import type { RegistryAuths } from "../engine/registry.ts";
import type { Fields } from "../schema/field.ts";

/** The Docker engine that a provider resource names. */
export interface Engine {
  readonly docker: Docker;
  readonly auths: RegistryAuths;
  /** Aborted when the engine cancels: waits end, nothing is undone. */
  readonly signal: AbortSignal;
}

export interface Seen {
  readonly id: string;
  /** Values found in Docker, by property; what isn't here stays as it was. */
  readonly state: JsonObject;
}

/** One resource type: what its properties mean and how it is made, read, changed and removed. */
export interface ResourceType {
  readonly fields: Fields;
  readonly meta: MetaRules;
  readonly deleteBeforeReplace: boolean;
  /** @throws {PartlyCreated} when it exists but isn't as asked. */
  create(engine: Engine, planned: JsonObject): Promise<Seen>;
  /** Undefined when it is gone. */
  read(engine: Engine, id: string, prior: JsonObject): Promise<Seen | undefined>;
  /** What was read back after a change; undefined when nothing is. */
  update(engine: Engine, id: string, planned: JsonObject, prior: JsonObject): Promise<Seen | undefined>;
  remove(engine: Engine, id: string, state: JsonObject): Promise<void>;
}

/** It exists now, so the state must keep it, but something after its creation failed. */
export class PartlyCreated extends Error {
  readonly id: string;

  constructor(id: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "PartlyCreated";
    this.id = id;
  }
}
