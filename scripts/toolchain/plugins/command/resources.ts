import { randomBytes } from "node:crypto";
import type { JsonObject } from "../shared/rpc.ts";
import type { Results } from "./capture.ts";
import { copyToRemote } from "./copy.ts";
import { readCommand, readCopy, readLocalCommand, readRemoteCommand, readResults } from "./inputs.ts";
import { revealObject } from "../shared/values.ts";
import { runLocal } from "./local-run.ts";
import type { Operation } from "./operation.ts";
import { runRemote } from "./remote-run.ts";
import * as schema from "./schema.ts";
import type { Pool } from "./ssh-pool.ts";

/** What one resource type does; previews and the forms of values are the plugin's. */
export interface Resource {
  readonly struct: schema.Struct;
  /** The id of a new resource, from the name in the program; none is known in the preview of a copy. */
  newId(name: string, preview: boolean): string;
  /** What comes out before anything ran: what a preview shows as unknown. */
  readonly nothing: JsonObject;
  create(inputs: JsonObject, operation: Operation): Promise<JsonObject>;
  update(inputs: JsonObject, state: JsonObject, operation: Operation): Promise<JsonObject>;
  /** What of the state an update's preview starts from. */
  kept(state: JsonObject): JsonObject;
  delete(state: JsonObject, operation: Operation): Promise<void>;
}

const NO_RESULTS: Results = { stdout: "", stderr: "" };

export function resources(pool: Pool): ReadonlyMap<string, Resource> {
  const onHost = (command: string, properties: JsonObject, before: Results, operation: Operation) =>
    runRemote(command, readRemoteCommand(properties), before, operation, pool);
  const here = (command: string, properties: JsonObject, before: Results, operation: Operation) =>
    runLocal(command, readLocalCommand(properties), before, operation);
  return new Map([
    ["command:local:Command", commandResource(schema.localCommand, here)],
    ["command:remote:Command", commandResource(schema.remoteCommand, onHost)],
    ["command:remote:CopyToRemote", copyResource(pool)],
  ]);
}

type Which = "create" | "updateOrCreate" | "delete";
type Run = (command: string, properties: JsonObject, before: Results, operation: Operation) => Promise<Results>;

function commandResource(struct: schema.Struct, run: Run): Resource {
  const ifSet = async (which: Which, properties: JsonObject, before: Results, operation: Operation) => {
    const command = readCommands(properties)[which];
    return { ...(command === undefined ? before : await run(command, properties, before, operation)) };
  };
  return {
    struct,
    newId: (name) => name + uniqueHex(),
    nothing: { ...NO_RESULTS },
    kept: (state) => readResults(state),
    create: (inputs, operation) => ifSet("create", inputs, NO_RESULTS, operation),
    update: (inputs, state, operation) => ifSet("updateOrCreate", inputs, readResults(state), operation),
    delete: async (state, operation) => void (await ifSet("delete", state, readResults(state), operation)),
  };
}

function copyResource(pool: Pool): Resource {
  return {
    struct: schema.copyToRemote,
    newId: (_name, preview) => (preview ? "" : uniqueHex()),
    nothing: {},
    kept: () => ({}),
    create: async (inputs, operation) => {
      await copyToRemote(readCopy(inputs), operation, pool);
      return {};
    },
    update: async (inputs, state, operation) => {
      const [now, before] = [readCopy(inputs), readCopy(state)];
      const isSame = now.source.hash === before.source.hash && now.remotePath === before.remotePath;
      if (!isSame) await copyToRemote(now, operation, pool);
      return {};
    },
    delete: async () => {},
  };
}

function readCommands(properties: JsonObject): Record<Which, string | undefined> {
  const { create, update, delete: remove } = readCommand(revealObject(properties));
  return { create, updateOrCreate: update ?? create, delete: remove };
}

function uniqueHex(): string {
  return randomBytes(4).toString("hex");
}
