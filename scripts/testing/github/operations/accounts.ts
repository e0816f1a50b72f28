import { type Call, found, type Operations } from "../operation.ts";
import type { Repository } from "../world.ts";

type Shape = Record<string, unknown>;

/** GitHub's examples, with what its own description wants and they lack. */
export const accounts: Operations = {
  "users/get-authenticated": (call) => ({ status: 200, body: user(call, call.actor) }),
  "users/get-by-username": (call) => ({ status: 200, body: user(call, call.params["username"] ?? "") }),
  "orgs/get": (call) => {
    const login = call.params["org"] ?? "";
    const { id } = found(call.world.organisations.get(login));
    return { status: 200, body: { ...(call.example() as Shape), login, id, archived_at: null } };
  },
  "teams/get-by-name": (call) => {
    const slug = call.params["team_slug"] ?? "";
    const { id } = found(found(call.world.organisations.get(call.params["org"] ?? "")).teams.get(slug));
    const { organization, ...body } = call.example() as Shape & { organization: object };
    const names = { id, slug, name: slug, node_id: `T_${id}`, type: "organization", parent: null };
    return { status: 200, body: { ...body, ...names, organization: { ...organization, archived_at: null } } };
  },
  "repos/get": (call) => {
    const { owner = "", repo = "" } = call.params;
    const { id, nodeId } = repositoryOf(call);
    // Example of a fork of a template's fork, which this isn't.
    const example = Object.entries(call.example());
    const body = Object.fromEntries(
      example.filter(([key]) => !["source", "parent", "template_repository"].includes(key)),
    );
    const names = { name: repo, full_name: `${owner}/${repo}` };
    return { status: 200, body: { ...body, ...names, id, node_id: nodeId, language: null, default_branch: "main" } };
  },
};

function user(call: Call, login: string): Shape {
  const { id } = found(call.world.users.get(login));
  return { ...(call.example() as Shape), login, id, node_id: `U_${id}`, type: "User" };
}

/** The repository that the path names. */
export function repositoryOf({ world, params }: Call): Repository {
  return found(world.repositories.get(`${params["owner"]}/${params["repo"]}`));
}
