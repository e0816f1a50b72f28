import type { DiffResponse, JsonObject, Plugin } from "../../shared/rpc.ts";

/** One resource through a plugin as the engine leads it: checked, planned, carried out, read back. */
export interface Resource {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly state: JsonObject;
}

/** Of `github:index/issueLabel:IssueLabel`, `label` for example. */
export function lifeOf(plugin: Plugin, type: string) {
  const named = { urn: `urn:pulumi:test::test::${type}::it`, name: "it", type };
  const checked = async (news: JsonObject, olds: JsonObject = {}): Promise<JsonObject> => {
    const { inputs = {}, failures = [] } = await plugin.check({ ...named, news, olds, randomSeed: "AAAA" });
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return inputs;
  };
  return {
    checked,
    create: async (news: JsonObject): Promise<Resource> => {
      const inputs = await checked(news);
      const made = await plugin.create({ ...named, properties: inputs, timeout: 0, preview: false });
      return { id: made.id ?? "", inputs, state: made.properties };
    },
    diff: async ({ id, inputs, state }: Resource, news: JsonObject): Promise<DiffResponse> =>
      plugin.diff({
        ...named,
        id,
        olds: state,
        oldInputs: inputs,
        news: await checked(news, inputs),
        ignoreChanges: [],
      }),
    update: async ({ id, inputs, state }: Resource, news: JsonObject): Promise<Resource> => {
      const now = await checked(news, inputs);
      const request = { ...named, id, olds: state, oldInputs: inputs, news: now, timeout: 0, preview: false };
      const updated = await plugin.update?.({ ...request, ignoreChanges: [] });
      return { id, inputs: now, state: updated?.properties ?? {} };
    },
    /** Undefined when it is gone. */
    read: async ({ id, inputs, state }: Resource): Promise<Resource | undefined> => {
      const read = await plugin.read?.({ ...named, id, inputs, properties: state });
      if (!read?.id) return undefined;
      return { id: read.id, inputs: read.inputs ?? {}, state: read.properties ?? {} };
    },
    remove: async ({ id, inputs, state }: Resource): Promise<void> =>
      plugin.delete({ ...named, id, properties: state, oldInputs: inputs, timeout: 0 }),
  };
}

/** The kinds of a diff's changes, by their paths. */
export function changesOf({ detailedDiff = {} }: DiffResponse): Record<string, string> {
  return Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, kind]));
}
