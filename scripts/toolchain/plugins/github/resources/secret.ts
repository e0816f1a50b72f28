import { text } from "../../bridge/get.ts";
import type { JsonObject } from "../../shared/rpc.ts";
import { type Account, repositoryId, unlessGone } from "../client.ts";
import { secretFields } from "../fields.ts";
import { sealed } from "../seal.ts";
import { goTime, idOf } from "../text.ts";
import { environmentAt, partsOf, type ResourceType } from "./resource.ts";

const ALL = "/repos/{owner}/{repo}/environments/{environment_name}/secrets";
const ONE = `${ALL}/{secret_name}` as const;

export const secret: ResourceType = {
  fields: secretFields,
  meta: { schemaVersion: 1, timeouts: false },
  deleteBeforeReplace: true,
  create: async (account, planned) => {
    const id = await repositoryId(account, text(planned, "repository"));
    return { id: ownId(planned), state: { repositoryId: id, ...(await put(account, planned)) } };
  },
  read: async (account, id, prior) => {
    const [repository = "", environment = "", secretName = ""] = partsOf(id, 3);
    const isImport = text(prior, "repository") === "";
    const at = isImport ? { repository, environment, secretName } : prior;
    const found = await unlessGone(account.octokit.request(`GET ${ONE}`, namedAt(account, at)));
    if (found === undefined) return undefined;
    const known = isImport ? { ...at, repositoryId: await repositoryId(account, repository) } : {};
    const { created_at: created, updated_at: updated } = found.data;
    const first = text(prior, "createdAt") === "" ? { createdAt: goTime(created), updatedAt: goTime(updated) } : {};
    return { id: ownId(at), state: { ...known, ...first, remoteUpdatedAt: goTime(updated) } };
  },
  update: async (account, _id, planned) => ({ id: ownId(planned), state: await put(account, planned) }),
  remove: async (account, _id, state) => {
    await unlessGone(account.octokit.request(`DELETE ${ONE}`, namedAt(account, state)));
  },
};

/** GitHub never gives a secret back: what is known of it afterwards is when it was written, and for which key. */
async function put(account: Account, planned: JsonObject): Promise<JsonObject> {
  const { octokit } = account;
  const { data: key } = await octokit.request(`GET ${ALL}/public-key`, environmentAt(account, planned));
  const at = namedAt(account, planned);
  const value = await sealed(text(planned, "value"), key.key);
  await octokit.request(`PUT ${ONE}`, { ...at, encrypted_value: value, key_id: key.key_id });
  const { data } = await octokit.request(`GET ${ONE}`, at);
  const updatedAt = goTime(data.updated_at);
  return { keyId: key.key_id, createdAt: goTime(data.created_at), updatedAt, remoteUpdatedAt: updatedAt };
}

function ownId(state: JsonObject): string {
  return idOf(text(state, "repository"), text(state, "environment"), text(state, "secretName"));
}

function namedAt(account: Account, state: JsonObject) {
  return { ...environmentAt(account, state), secret_name: text(state, "secretName") };
}
