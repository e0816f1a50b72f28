import { text } from "../../bridge/get.ts";
import type { JsonObject } from "../../shared/rpc.ts";
import { type Account, repositoryId, unlessGone } from "../client.ts";
import { variableFields } from "../fields.ts";
import { goTime, idOf } from "../text.ts";
import { environmentAt, partsOf, type ResourceType } from "./resource.ts";

const ALL = "/repos/{owner}/{repo}/environments/{environment_name}/variables";
const ONE = `${ALL}/{name}` as const;

export const variable: ResourceType = {
  fields: variableFields,
  meta: { schemaVersion: 1, timeouts: false },
  deleteBeforeReplace: false,
  create: async (account, planned) => {
    const { name, ...at } = namedAt(account, planned);
    await account.octokit.request(`POST ${ALL}`, { ...at, name, value: text(planned, "value") });
    const id = await repositoryId(account, text(planned, "repository"));
    const { createdAt, updatedAt } = await get(account, planned);
    return { id: ownId(planned), state: { repositoryId: id, createdAt, updatedAt } };
  },
  read: async (account, id, prior) => {
    const [repository = "", environment = "", variableName = ""] = partsOf(id, 3);
    const isImport = text(prior, "repository") === "";
    const at = isImport ? { repository, environment, variableName } : prior;
    const state = await unlessGone(get(account, at));
    if (state === undefined) return undefined;
    const known = isImport ? { ...at, repositoryId: await repositoryId(account, repository) } : {};
    return { id, state: { ...known, ...state } };
  },
  update: async (account, _id, planned) => {
    await account.octokit.request(`PATCH ${ONE}`, { ...namedAt(account, planned), value: text(planned, "value") });
    const { createdAt, updatedAt } = await get(account, planned);
    return { id: ownId(planned), state: { createdAt, updatedAt } };
  },
  remove: async (account, _id, state) => {
    await unlessGone(account.octokit.request(`DELETE ${ONE}`, namedAt(account, state)));
  },
};

async function get(account: Account, state: JsonObject) {
  const { data } = await account.octokit.request(`GET ${ONE}`, namedAt(account, state));
  return { value: data.value, createdAt: goTime(data.created_at), updatedAt: goTime(data.updated_at) };
}

function ownId(state: JsonObject): string {
  return idOf(text(state, "repository"), text(state, "environment"), text(state, "variableName"));
}

function namedAt(account: Account, state: JsonObject) {
  return { ...environmentAt(account, state), name: text(state, "variableName") };
}
