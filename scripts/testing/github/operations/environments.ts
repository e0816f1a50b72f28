import sodium from "libsodium-wrappers";
import { type Call, found, invalid, notFound, type Operations, page } from "../operation.ts";
import { nextId } from "../world.ts";
import type { Environment, World } from "../world.ts";
import { repositoryOf } from "./accounts.ts";

const MOMENT = "2026-01-02T03:04:05Z";

export const environments: Operations = {
  "repos/get-environment": (call) => ({ status: 200, body: shown(call, environmentOf(call)) }),
  "repos/create-or-update-environment": async (call) => {
    const repository = repositoryOf(call);
    const name = call.params["environment_name"] ?? "";
    const wanted = checked(call.world, call.body);
    const environment = repository.environments.get(name.toLowerCase()) ?? (await emptyEnvironment(name));
    environment.waitTimer = wanted.wait_timer ?? 0;
    environment.preventSelfReview = wanted.prevent_self_review ?? false;
    environment.canAdminsBypass = canAdminsBypass(call) ?? true;
    environment.reviewers = [...(wanted.reviewers ?? [])];
    environment.branchPolicy = wanted.deployment_branch_policy ?? null;
    if (environment.branchPolicy?.custom_branch_policies !== true) environment.policies.clear();
    repository.environments.set(name.toLowerCase(), environment);
    return { status: 200, body: shown(call, environment) };
  },
  "repos/delete-an-environment": (call) => {
    environmentOf(call);
    repositoryOf(call).environments.delete((call.params["environment_name"] ?? "").toLowerCase());
    return { status: 204 };
  },
  "repos/list-deployment-branch-policies": (call) => {
    const all = [...environmentOf(call).policies].map(([id, policy]) => policyShown(id, policy));
    const { items, headers } = page(call, pathOf(call), all);
    return { status: 200, headers, body: { total_count: all.length, branch_policies: items } };
  },
  "repos/create-deployment-branch-policy": (call) => {
    const { branchPolicy, policies } = environmentOf(call);
    if (branchPolicy?.custom_branch_policies !== true) throw notFound();
    const { name, type = "branch" } = call.body as { name: string; type?: "branch" | "tag" };
    if ([...policies.values()].some((one) => one.name === name && one.type === type)) {
      return { status: 303 };
    }
    const id = nextId();
    policies.set(id, { name, type });
    return { status: 200, body: policyShown(id, { name, type }) };
  },
  "repos/get-deployment-branch-policy": (call) => {
    const { id, policy } = policyOf(call);
    return { status: 200, body: policyShown(id, policy) };
  },
  "repos/update-deployment-branch-policy": (call) => {
    const { id, policy } = policyOf(call);
    policy.name = String(call.body["name"]);
    return { status: 200, body: policyShown(id, policy) };
  },
  "repos/delete-deployment-branch-policy": (call) => {
    environmentOf(call).policies.delete(policyOf(call).id);
    return { status: 204 };
  },
};

interface Wanted {
  wait_timer?: number;
  prevent_self_review?: boolean;
  reviewers?: { type: "User" | "Team"; id: number }[] | null;
  deployment_branch_policy?: Environment["branchPolicy"];
}

/** GitHub takes it and shows it, and its description of the request lacks it. */
function canAdminsBypass(call: Call): boolean | undefined {
  return call.body["can_admins_bypass"] as boolean | undefined;
}

function checked(world: World, wanted: Wanted): Wanted {
  const { reviewers, deployment_branch_policy: policy } = wanted;
  if ((reviewers ?? []).length > 6) throw invalid("Environment", "reviewers", "too_many");
  for (const { type, id } of reviewers ?? []) {
    if (!idsOf(world, type).includes(id)) throw invalid("Environment", "reviewers", "invalid");
  }
  if (policy && policy.protected_branches === policy.custom_branch_policies) {
    throw invalid("Environment", "deployment_branch_policy", "invalid");
  }
  return wanted;
}

function idsOf(world: World, type: "User" | "Team"): number[] {
  if (type === "User") return [...world.users.values()].map(({ id }) => id);
  return [...world.organisations.values()].flatMap(({ teams }) => [...teams.values()].map(({ id }) => id));
}

async function emptyEnvironment(name: string): Promise<Environment> {
  await sodium.ready;
  const keys = sodium.crypto_box_keypair();
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  return {
    id: nextId(),
    name,
    waitTimer: 0,
    preventSelfReview: false,
    canAdminsBypass: true,
    reviewers: [],
    branchPolicy: null,
    policies: new Map(),
    secrets: new Map(),
    variables: new Map(),
    keys: { id: String(nextId()), publicBase64: base64(keys.publicKey), privateBase64: base64(keys.privateKey) },
  };
}

/** The environment that the path names. */
export function environmentOf(call: Call): Environment {
  return found(repositoryOf(call).environments.get((call.params["environment_name"] ?? "").toLowerCase()));
}

function policyOf(call: Call) {
  const id = Number(call.params["branch_policy_id"]);
  return { id, policy: found(environmentOf(call).policies.get(id)) };
}

function policyShown(id: number, { name, type }: { name: string; type: string }): object {
  return { id, node_id: `DBP_${id}`, name, type };
}

function pathOf({ params }: Call): string {
  const { owner, repo, environment_name: name = "" } = params;
  return `/repos/${owner}/${repo}/environments/${encodeURIComponent(name)}/deployment-branch-policies`;
}

function shown(call: Call, environment: Environment): object {
  const { id, name, waitTimer, preventSelfReview, reviewers, branchPolicy, canAdminsBypass } = environment;
  const rule = (type: string, at: number, more: object) => ({
    id: id * 10 + at,
    node_id: `GA_${id * 10 + at}`,
    type,
    ...more,
  });
  return {
    id,
    node_id: `EN_${id}`,
    name,
    url: `${call.url}/repos/${call.params["owner"]}/${call.params["repo"]}/environments/${name}`,
    html_url: `https://github.example.com/${call.params["owner"]}/${call.params["repo"]}`,
    created_at: MOMENT,
    updated_at: MOMENT,
    can_admins_bypass: canAdminsBypass,
    deployment_branch_policy: branchPolicy,
    protection_rules: [
      ...(waitTimer > 0 ? [rule("wait_timer", 1, { wait_timer: waitTimer })] : []),
      ...(reviewers.length > 0
        ? [
            rule("required_reviewers", 2, {
              prevent_self_review: preventSelfReview,
              reviewers: reviewers.map((one) => ({ type: one.type, reviewer: reviewerShown(call, one) })),
            }),
          ]
        : []),
      ...(branchPolicy === null ? [] : [rule("branch_policy", 3, {})]),
    ],
  };
}

/** As in GitHub's own example of the answer, with what is so. */
function reviewerShown(call: Call, { type, id }: { type: "User" | "Team"; id: number }): object {
  interface Example {
    protection_rules: { reviewers?: { type: string; reviewer: Record<string, unknown> }[] }[];
  }
  const example = call.example() as Example;
  const like = example.protection_rules.flatMap(({ reviewers = [] }) => reviewers).find((one) => one.type === type);
  return { ...like?.reviewer, id };
}
