import type { Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject, revealObject } from "../shared/values.ts";
import type { Asset } from "./wire.ts";
import { isAsset, readAsset } from "./wire.ts";

/** A resource's checked properties, without their secret marks, as the effects need them. */

interface Command {
  readonly create: string | undefined;
  readonly update: string | undefined;
  readonly delete: string | undefined;
  readonly stdin: string | undefined;
  readonly logging: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly addPreviousOutputInEnv: boolean;
}

export interface LocalCommand extends Command {
  readonly interpreter: readonly string[];
  readonly dir: string | undefined;
}

export interface RemoteCommand extends Command {
  readonly connection: Connection;
}

export interface Copy {
  readonly connection: Connection;
  readonly source: Asset;
  readonly remotePath: string;
}

/** How to reach one SSH server. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly privateKey: string | undefined;
  readonly privateKeyPassword: string | undefined;
  readonly agentSocketPath: string | undefined;
  /** Failures allowed before giving up; -1 is without limit. */
  readonly dialErrorLimit: number;
  /** Seconds for each attempt to connect; 0 is without limit. */
  readonly perDialTimeout: number;
  readonly hostKey: string | undefined;
}

export interface Connection extends Endpoint {
  readonly proxy: Endpoint | undefined;
}

export function readLocalCommand(properties: JsonObject): LocalCommand {
  const plain = revealObject(properties);
  const interpreter = isArray(plain["interpreter"]) ? plain["interpreter"].flatMap((part) => text(part) ?? []) : [];
  return { ...readCommand(plain), interpreter, dir: text(plain["dir"]) };
}

export function readRemoteCommand(properties: JsonObject): RemoteCommand {
  const plain = revealObject(properties);
  return { ...readCommand(plain), connection: readConnection(plain["connection"]) };
}

export function readCopy(properties: JsonObject): Copy {
  const plain = revealObject(properties);
  if (!isAsset(plain["source"])) throw new Error("either asset or archive must be set");
  const connection = readConnection(plain["connection"]);
  return { connection, source: readAsset(plain["source"]), remotePath: text(plain["remotePath"]) ?? "" };
}

/** The results that the state holds, empty where it holds none. */
export function readResults(state: JsonObject): { stdout: string; stderr: string } {
  const plain = revealObject(state);
  return { stdout: text(plain["stdout"]) ?? "", stderr: text(plain["stderr"]) ?? "" };
}

/** Takes properties without secret marks. */
export function readCommand(plain: JsonObject): Command {
  const environment = isObject(plain["environment"]) ? plain["environment"] : {};
  return {
    create: text(plain["create"]),
    update: text(plain["update"]),
    delete: text(plain["delete"]),
    stdin: text(plain["stdin"]),
    logging: text(plain["logging"]),
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, text(value) ?? ""])),
    addPreviousOutputInEnv: plain["addPreviousOutputInEnv"] !== false,
  };
}

function readConnection(value: Json | undefined): Connection {
  if (!isObject(value)) throw new Error("connection must be set");
  return { ...readEndpoint(value), proxy: isObject(value["proxy"]) ? readEndpoint(value["proxy"]) : undefined };
}

function readEndpoint(value: JsonObject): Endpoint {
  return {
    host: text(value["host"]) ?? "",
    port: Math.trunc(number(value["port"], 22)),
    user: text(value["user"]) ?? "root",
    password: text(value["password"]),
    privateKey: text(value["privateKey"]),
    privateKeyPassword: text(value["privateKeyPassword"]),
    agentSocketPath: text(value["agentSocketPath"]),
    dialErrorLimit: number(value["dialErrorLimit"], 10),
    perDialTimeout: number(value["perDialTimeout"], 15),
    hostKey: text(value["hostKey"]),
  };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: Json | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
