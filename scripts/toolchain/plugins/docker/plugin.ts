import type { JsonObject, Plugin } from "../shared/rpc.ts";
import { checkInputs } from "../bridge/check.ts";
import { checkConfig, decodeConfig } from "./config.ts";
import { diffState } from "../bridge/diff.ts";
import { stateOf } from "../bridge/outputs.ts";
import { connect } from "./engine/connect.ts";
import * as lifecycle from "../bridge/lifecycle.ts";
import { container } from "./resources/container.ts";
import { network } from "./resources/network.ts";
import { remoteImage } from "./resources/remote-image.ts";
import type { Engine, ResourceType } from "./resources/resource.ts";
import { volume } from "./resources/volume.ts";

/** The official plugin that this one stands in for, down to the state that it leaves. */
const VERSION = "5.2.0";

const TYPES: Readonly<Record<string, ResourceType>> = {
  "docker:index/container:Container": container,
  "docker:index/network:Network": network,
  "docker:index/remoteImage:RemoteImage": remoteImage,
  "docker:index/volume:Volume": volume,
};

/** The Docker plugin for one engine process: one provider resource, one Docker engine. */
export function dockerPlugin(): Plugin {
  const stopping = new AbortController();
  let config: JsonObject = {};
  let engine: Promise<Engine> | undefined;
  const connected = () => {
    engine ??= connect(config, stopping.signal).catch((error: unknown) => {
      engine = undefined;
      throw error;
    });
    return engine;
  };
  return {
    version: VERSION,
    getSchema: () => Promise.resolve(JSON.stringify({ name: "docker", version: VERSION, resources: {} })),
    checkConfig: (request) => Promise.resolve(checkConfig(request)),
    diffConfig: () => Promise.resolve({}),
    configure: (request) => {
      config = decodeConfig(request.args);
      engine = undefined;
      return Promise.resolve({ supportsPreview: true, supportsAutonamingConfiguration: true });
    },
    check: async (request) => await Promise.resolve(checkInputs(typeOf(request.type, request.urn).fields, request)),
    diff: async (request) => {
      const type = typeOf(request.type, request.urn);
      return await Promise.resolve(diffState(type, { ...request, olds: stateOf(type.fields, request.olds) }));
    },
    create: async (request) => lifecycle.create(typeOf(request.type, request.urn), request, connected),
    read: async (request) => lifecycle.read(typeOf(request.type, request.urn), request, connected),
    update: async (request) => lifecycle.update(typeOf(request.type, request.urn), request, connected),
    delete: async (request) => lifecycle.remove(typeOf(request.type, request.urn), request, connected),
    cancel: () => {
      stopping.abort(new Error("the update was cancelled"));
      return Promise.resolve();
    },
  };
}

/** The type is in the URN too, which older engines send alone. */
function typeOf(type: string, urn: string): ResourceType {
  const token = type || (urn.split("::")[2]?.split("$").at(-1) ?? "");
  const found = TYPES[token];
  if (found) return found;
  throw new Error(`${token} is not supported by Sluice's own Docker plugin: it knows ${Object.keys(TYPES).join(", ")}`);
}
