import type { JsonObject, Plugin } from "../../shared/rpc.ts";
import { commandPlugin } from "../plugin.ts";

export interface Runs {
  readonly plugin: Plugin;
  /** All messages, status or not: `WARNING text`. */
  readonly shown: string[];
  readonly create: (properties: JsonObject, timeout?: number) => Promise<JsonObject>;
  readonly update: (olds: JsonObject, news: JsonObject) => Promise<JsonObject>;
  readonly delete: (properties: JsonObject) => Promise<void>;
  readonly failure: (properties: JsonObject) => Promise<string>;
}

/** A plugin whose calls are about one resource of this type. */
export function runs(type: string): Runs {
  const shown: string[] = [];
  const show = (severity: string, _urn: string, message: string) =>
    Promise.resolve(void shown.push(`${severity} ${message}`));
  const plugin = commandPlugin({ log: show, status: show });
  const named = { urn: `urn:pulumi:s::p::${type}::it`, name: "it", type };
  const create = async (properties: JsonObject, timeout = 0) =>
    (await plugin.create({ ...named, properties, timeout, preview: false })).properties;
  const rest = { id: "it1", oldInputs: {}, timeout: 0 };
  return {
    plugin,
    shown,
    create,
    update: async (olds, news) =>
      (await plugin.update!({ ...named, ...rest, olds, news, ignoreChanges: [], preview: false })).properties,
    delete: (properties) => plugin.delete({ ...named, ...rest, properties }),
    failure: (properties) =>
      create(properties).then(
        () => "no failure",
        (error: Error) => error.message,
      ),
  };
}
