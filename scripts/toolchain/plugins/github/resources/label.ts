import { text } from "../../bridge/get.ts";
import { unlessGone } from "../client.ts";
import { labelFields } from "../fields.ts";
import { partsOf, type ResourceType } from "./resource.ts";

const ALL = "/repos/{owner}/{repo}/labels";
const ONE = `${ALL}/{name}` as const;

export const label: ResourceType = {
  fields: labelFields,
  meta: { timeouts: false },
  deleteBeforeReplace: false,
  create: async ({ octokit, owner }, planned) => {
    const repo = text(planned, "repository");
    const name = text(planned, "name");
    const wanted = { name, color: text(planned, "color"), description: text(planned, "description") };
    const { data, headers } = await octokit.request(`POST ${ALL}`, { owner, repo, ...wanted });
    return { id: `${repo}:${name}`, state: { url: data.url, etag: headers.etag ?? "" } };
  },
  read: async ({ octokit, owner }, id, prior) => {
    const [repository = "", ownName = ""] = partsOf(id, 2);
    const at = text(prior, "repository") === "" ? { repository, name: ownName } : prior;
    const request = { owner, repo: text(at, "repository"), name: text(at, "name") };
    const found = await unlessGone(octokit.request(`GET ${ONE}`, request));
    if (found === undefined) return undefined;
    const { color, description, url } = found.data;
    const state = { color, description: description ?? "", url, etag: found.headers.etag ?? "" };
    return { id, state: { repository: request.repo, name: request.name, ...state } };
  },
  update: async ({ octokit, owner }, _id, planned, prior) => {
    const repo = text(planned, "repository");
    const name = text(planned, "name");
    const { data, headers } = await octokit.request(`PATCH ${ONE}`, {
      owner,
      repo,
      name: text(prior, "name"),
      ...(name !== text(prior, "name") && { new_name: name }),
      color: text(planned, "color"),
      description: text(planned, "description"),
    });
    return { id: `${repo}:${name}`, state: { url: data.url, etag: headers.etag ?? "" } };
  },
  remove: async ({ octokit, owner }, _id, state) => {
    await unlessGone(
      octokit.request(`DELETE ${ONE}`, { owner, repo: text(state, "repository"), name: text(state, "name") }),
    );
  },
};
