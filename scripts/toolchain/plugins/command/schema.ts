import type { Json } from "../shared/rpc.ts";

/** What each resource takes, with the type names that the official plugin's messages show. */

export type Type =
  | { readonly kind: "string"; readonly go: string }
  | { readonly kind: "boolean" | "integer" | "number" | "any" | "asset" }
  | { readonly kind: "list" | "map"; readonly of: Type }
  | { readonly kind: "struct"; readonly struct: Struct };

export interface Field {
  readonly type: Type;
  readonly required?: true;
  readonly secret?: true;
  readonly default?: Json;
  /** A change of the whole property replaces the resource; the SDKs ask for it at each change inside. */
  readonly replaces?: true;
  /** The official plugin knows it, this one doesn't: refused by name. */
  readonly missingHere?: true;
}

export interface Struct {
  readonly go: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const string: Type = { kind: "string", go: "string" };
const strings: Type = { kind: "list", of: string };

const triggers: Field = { type: { kind: "list", of: { kind: "any" } }, replaces: true };
const commands = { triggers, create: { type: string }, update: { type: string }, delete: { type: string } };

const endpoint: Struct["fields"] = {
  user: { type: string, default: "root" },
  password: { type: string, secret: true },
  host: { type: string, required: true },
  port: { type: { kind: "number" }, default: 22 },
  privateKey: { type: string, secret: true },
  privateKeyPassword: { type: string, secret: true },
  agentSocketPath: { type: string },
  dialErrorLimit: { type: { kind: "integer" }, default: 10 },
  perDialTimeout: { type: { kind: "integer" }, default: 15 },
  hostKey: { type: string },
};

const proxy: Field = { type: { kind: "struct", struct: { go: "remote.ProxyConnection", fields: endpoint } } };
const connection: Field = {
  type: { kind: "struct", struct: { go: "remote.Connection", fields: { ...endpoint, proxy } } },
  required: true,
  secret: true,
};

export const localCommand: Struct = {
  go: "local.CommandInputs",
  fields: {
    ...commands,
    stdin: { type: string },
    logging: { type: { kind: "string", go: "local.Logging" } },
    interpreter: { type: strings },
    dir: { type: string },
    environment: { type: { kind: "map", of: string } },
    assetPaths: { type: strings, missingHere: true },
    archivePaths: { type: strings, missingHere: true },
    addPreviousOutputInEnv: { type: { kind: "boolean" } },
  },
};

export const remoteCommand: Struct = {
  go: "remote.CommandInputs",
  fields: {
    ...commands,
    stdin: { type: string },
    logging: { type: { kind: "string", go: "remote.Logging" } },
    connection,
    environment: { type: { kind: "map", of: string } },
    addPreviousOutputInEnv: { type: { kind: "boolean" } },
  },
};

export const copyToRemote: Struct = {
  go: "remote.CopyToRemoteInputs",
  fields: {
    connection,
    triggers,
    source: { type: { kind: "asset" }, required: true },
    remotePath: { type: string, required: true },
  },
};
