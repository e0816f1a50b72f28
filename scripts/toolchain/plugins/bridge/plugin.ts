import type { CheckRequest, CheckResponse, DiffRequest, InvokeResponse, JsonObject, Plugin } from "../shared/rpc.ts";
import { revealObject } from "../shared/values.ts";
import { checkInputs } from "./check.ts";
import { diffState } from "./diff.ts";
import type { Fields } from "./field.ts";
import * as lifecycle from "./lifecycle.ts";
import { stateOf } from "./outputs.ts";
import { decodeProviderConfig } from "./provider-config.ts";
import type { ResourceType } from "./resource.ts";

/** What one plugin has that others don't; through a connection its resources are reached. */
export interface Bridged<Connection> {
  /** As in the types of its resources. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Of the official plugin that it stands in for, down to the state that it leaves. */
  readonly version: string;
  readonly types: Readonly<Record<string, ResourceType<Connection>>>;
  /** The provider resource's own. */
  readonly providerFields: Fields;
  /** The provider's settings as they came, or what is wrong with them. */
  readonly checkConfig: (request: CheckRequest) => CheckResponse;
  /** Called at the first use, and anew after it has failed. */
  readonly connect: (config: JsonObject, stop: AbortSignal) => Promise<Connection>;
  /**
   * By which a change is judged, where that depends on more than the type.
   * @default the type's
   */
  readonly fieldsFor?: (
    type: ResourceType<Connection>,
    request: DiffRequest,
    connected: () => Promise<Connection>,
  ) => Promise<Fields>;
  readonly invoke?: (connection: Connection, token: string, args: JsonObject) => Promise<InvokeResponse>;
}

/** A plugin for one engine process: one provider resource, one connection. */
export function bridgedPlugin<Connection>(bridged: Bridged<Connection>): Plugin {
  const { name, title, version, types, providerFields, invoke } = bridged;
  const { fieldsFor = (type) => Promise.resolve(type.fields) } = bridged;
  const stopping = new AbortController();
  let config: JsonObject = {};
  let connection: Promise<Connection> | undefined;
  const connected = () => {
    connection ??= bridged.connect(config, stopping.signal).catch((error: unknown) => {
      connection = undefined;
      throw error;
    });
    return connection;
  };
  /** The type is in the URN too, which older engines send alone. */
  const typeOf = ({ type, urn }: { readonly type: string; readonly urn: string }): ResourceType<Connection> => {
    const token = type || (urn.split("::")[2]?.split("$").at(-1) ?? "");
    const found = types[token];
    if (found) return found;
    throw new Error(
      `${token} is not supported by Sluice's own ${title} plugin: it knows ${Object.keys(types).join(", ")}`,
    );
  };
  return {
    version,
    getSchema: () => Promise.resolve(JSON.stringify({ name, version, resources: {} })),
    checkConfig: (request) => Promise.resolve(bridged.checkConfig(request)),
    diffConfig: () => Promise.resolve({}),
    configure: (request) => {
      config = decodeProviderConfig(providerFields, request.args);
      connection = undefined;
      return Promise.resolve({ supportsPreview: true, supportsAutonamingConfiguration: true });
    },
    check: async (request) => await Promise.resolve(checkInputs(typeOf(request).fields, request)),
    diff: async (request) => {
      const type = typeOf(request);
      const read = { ...request, olds: stateOf(type.fields, request.olds) };
      return diffState({ ...type, fields: await fieldsFor(type, read, connected) }, read);
    },
    create: async (request) => lifecycle.create(typeOf(request), request, connected),
    read: async (request) => lifecycle.read(typeOf(request), request, connected),
    update: async (request) => lifecycle.update(typeOf(request), request, connected),
    delete: async (request) => lifecycle.remove(typeOf(request), request, connected),
    ...(invoke && { invoke: async ({ token, args }) => invoke(await connected(), token, revealObject(args)) }),
    cancel: () => {
      stopping.abort(new Error("the update was cancelled"));
      return Promise.resolve();
    },
  };
}
