import type { EngineLog } from "../shared/engine-log.ts";
import { NotImplemented } from "../shared/errors.ts";
import type { JsonObject, Plugin } from "../shared/rpc.ts";
import { check } from "./check.ts";
import { diff, withIgnored } from "./diff.ts";
import { operations } from "./operation.ts";
import { outputsOf, previewCreate, previewUpdate } from "./outputs.ts";
import type { Resource } from "./resources.ts";
import { resources } from "./resources.ts";
import { pool } from "./ssh-pool.ts";
import { normalizeObject } from "./wire.ts";

/** The version of the official plugin that this one stands in for, and of the framework that it was built with. */
const VERSION = "1.2.1";
const FRAMEWORK_VERSION = "1.2.0";

const SCHEMA = { name: "command", version: VERSION };

/** Commands on this machine and over SSH, and copies over SFTP, as the official command plugin does them. */
export function commandPlugin(log: EngineLog): Plugin {
  const running = operations(log);
  const known = resources(pool(running.ended));
  const find = (type: string): Resource => {
    const resource = known.get(type);
    if (resource === undefined) throw new Error(`'${type}' needs the official command plugin, which isn't installed`);
    return resource;
  };
  return {
    version: VERSION,
    getSchema: () => Promise.resolve(JSON.stringify(SCHEMA)),
    checkConfig: answer(({ news }) => ({
      inputs: { ...normalizeObject(news), "__pulumi-go-provider-version": FRAMEWORK_VERSION },
    })),
    diffConfig: () => Promise.reject(new NotImplemented("DiffConfig is not implemented")),
    configure: () =>
      Promise.resolve({ acceptSecrets: true, supportsPreview: true, acceptResources: true, acceptOutputs: true }),
    check: answer(({ type, urn, news }) => check(news, find(type || typeOf(urn)).struct)),
    diff: answer((request) => diff(request, find(request.type || typeOf(request.urn)).struct)),
    create: async ({ type, urn, preview, timeout, properties }) => {
      const resource = find(type || typeOf(urn));
      const inputs = normalizeObject(properties);
      const id = resource.newId(nameOf(urn), preview);
      if (preview) return { id, properties: previewCreate(inputs, resource.nothing) };
      const results = await running.run(urn, timeout, (operation) => resource.create(inputs, operation));
      return { id, properties: outputsOf(inputs, results) };
    },
    read: answer(({ id, properties, inputs }) => ({
      id,
      properties: normalizeObject(properties),
      inputs: normalizeObject(inputs),
    })),
    update: async ({ type, urn, preview, timeout, olds, news, ignoreChanges }) => {
      const resource = find(type || typeOf(urn));
      const state = normalizeObject(olds);
      const inputs = withIgnored(normalizeObject(news), state, ignoreChanges);
      if (preview) return { properties: previewUpdate(inputs, state, resource.kept(state), resource.struct) };
      const results = await running.run(urn, timeout, (operation) => resource.update(inputs, state, operation));
      return { properties: outputsOf(inputs, results) };
    },
    delete: async ({ type, urn, timeout, properties }) => {
      const resource = find(type || typeOf(urn));
      const state: JsonObject = normalizeObject(properties);
      await running.run(urn, timeout, (operation) => resource.delete(state, operation));
    },
    cancel: () => Promise.resolve(running.cancel()),
  };
}

/** A method that answers at once, with its failure as a rejection. */
function answer<Request, Response>(decide: (request: Request) => Response): (request: Request) => Promise<Response> {
  return (request) => Promise.resolve(request).then(decide);
}

function typeOf(urn: string): string {
  const chain = urn.split("::")[2] ?? "";
  return chain.slice(chain.lastIndexOf("$") + 1);
}

/** A resource's name may itself contain colons. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
