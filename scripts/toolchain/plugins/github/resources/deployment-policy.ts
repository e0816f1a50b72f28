import { text, whole } from "../../bridge/get.ts";
import { repositoryId, unlessGone } from "../client.ts";
import { deploymentPolicyFields } from "../fields.ts";
import { idOf } from "../text.ts";
import { environmentAt, partsOf, type ResourceType } from "./resource.ts";

const ALL = "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";
const ONE = `${ALL}/{branch_policy_id}` as const;

export const deploymentPolicy: ResourceType = {
  fields: deploymentPolicyFields,
  meta: { schemaVersion: 1, timeouts: false },
  deleteBeforeReplace: false,
  create: async (account, planned) => {
    const wanted = { name: text(planned, "branchPattern"), type: "branch" as const };
    const { data } = await account.octokit.request(`POST ${ALL}`, { ...environmentAt(account, planned), ...wanted });
    if (data.id === undefined) throw new Error("GitHub gave the deployment branch policy no id");
    const repository = text(planned, "repository");
    return {
      id: idOf(repository, text(planned, "environment"), data.id),
      state: { policyId: data.id, repositoryId: await repositoryId(account, repository) },
    };
  },
  read: async (account, id, prior) => {
    const [repository = "", environment = "", number = ""] = partsOf(id, 3);
    const isImport = text(prior, "repository") === "";
    const at = isImport ? { repository, environment, policyId: Number(number) } : prior;
    const request = { ...environmentAt(account, at), branch_policy_id: whole(at, "policyId") };
    const found = await unlessGone(account.octokit.request(`GET ${ONE}`, request));
    if (found === undefined) return undefined;
    const known = isImport ? { ...at, repositoryId: await repositoryId(account, repository) } : {};
    return { id, state: { ...known, branchPattern: found.data.name ?? "" } };
  },
  update: async (account, _id, planned, prior) => {
    const policyId = whole(prior, "policyId");
    await account.octokit.request(`PUT ${ONE}`, {
      ...environmentAt(account, planned),
      branch_policy_id: policyId,
      name: text(planned, "branchPattern"),
    });
    return { id: idOf(text(planned, "repository"), text(planned, "environment"), policyId), state: {} };
  },
  remove: async (account, _id, state) => {
    const request = { ...environmentAt(account, state), branch_policy_id: whole(state, "policyId") };
    await unlessGone(account.octokit.request(`DELETE ${ONE}`, request));
  },
};
