import type { JsonObject } from "../shared/rpc.ts";
import type { Fields } from "./field.ts";
import type { MetaRules } from "./outputs.ts";

export interface Seen {
  readonly id: string;
  /** Values found there, by property; what isn't here stays as it was. */
  readonly state: JsonObject;
}

/** One resource type: what its properties mean and how it is made, read, changed and removed through a connection. */
export interface ResourceType<Connection> {
  readonly fields: Fields;
  readonly meta: MetaRules;
  readonly deleteBeforeReplace: boolean;
  /** @throws {PartlyCreated} when it exists but isn't as asked. */
  create(connection: Connection, planned: JsonObject): Promise<Seen>;
  /** Undefined when it is gone. */
  read(connection: Connection, id: string, prior: JsonObject): Promise<Seen | undefined>;
  /** What was read back after a change; undefined when nothing is. */
  update(connection: Connection, id: string, planned: JsonObject, prior: JsonObject): Promise<Seen | undefined>;
  remove(connection: Connection, id: string, state: JsonObject): Promise<void>;
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
