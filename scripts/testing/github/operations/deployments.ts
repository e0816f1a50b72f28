import { type Call, Failure, found, type Operations, page } from "../operation.ts";
import { type Deployment, type DeploymentStatus, nextId } from "../world.ts";
import { repositoryOf } from "./accounts.ts";

type Shape = Record<string, unknown>;

export const deployments: Operations = {
  "repos/create-deployment": (call) => {
    const { refs, deployments: all } = repositoryOf(call);
    const {
      ref = "",
      task = "deploy",
      environment = "production",
      description = "",
      payload = {},
    } = call.body as {
      [key in "ref" | "task" | "environment" | "description"]?: string;
    } & { payload?: unknown };
    if (!refs.has(ref)) throw new Failure(422, `No ref found for: ${ref}`);
    // It would merge the default branch, or look for checks that passed: neither is done here.
    if (call.body["auto_merge"] !== false || call.body["required_contexts"] === undefined) {
      throw new Failure(409, `Conflict merging main into ${ref}.`);
    }
    const made: Deployment = {
      id: nextId(),
      ref,
      task,
      environment,
      description,
      payload,
      isTransient: call.body["transient_environment"] === true,
      isProduction: (call.body["production_environment"] ?? environment === "production") === true,
      statuses: [],
    };
    all.set(made.id, made);
    return { status: 201, body: shown(call, made, call.example(201)) };
  },
  "repos/list-deployments": (call) => {
    const wanted = (key: "environment" | "task" | "ref", one: Deployment) => {
      const value = call.query.get(key);
      return value === null || value === one[key];
    };
    const all = [...repositoryOf(call).deployments.values()]
      .reverse()
      .filter((one) => wanted("environment", one) && wanted("task", one) && wanted("ref", one));
    const { items, headers } = page(call, `${path(call)}/deployments`, all);
    const [example = {}] = call.example() as Shape[];
    return { status: 200, headers, body: items.map((one) => shown(call, one, example)) };
  },
  "repos/create-deployment-status": (call) => {
    const { deployments: all } = repositoryOf(call);
    const one = found(all.get(Number(call.params["deployment_id"])));
    const { state, description, log_url, environment_url, auto_inactive } = call.body as {
      readonly state: string;
      readonly description?: string;
      readonly log_url?: string;
      readonly environment_url?: string;
      readonly auto_inactive?: boolean;
    };
    if ((description ?? "").length > 140) throw new Failure(422, "Validation Failed");
    const before = [...all.values()].filter((other) => other.id < one.id && isSwept(other, one));
    if (state === "success" && auto_inactive !== false) before.forEach((other) => add(other, { state: "inactive" }));
    const made = add(one, {
      state,
      description: description ?? "",
      logUrl: log_url ?? "",
      environmentUrl: environment_url ?? "",
    });
    return { status: 201, body: statusShown(call, one, made) };
  },
};

/** Which ones GitHub makes inactive by itself: those of any service. */
function isSwept(other: Deployment, { environment }: Deployment): boolean {
  const isMeant = other.environment === environment && !other.isTransient && !other.isProduction;
  return isMeant && other.statuses.at(-1)?.state === "success";
}

function add({ statuses }: Deployment, over: Pick<DeploymentStatus, "state"> & Partial<DeploymentStatus>) {
  const made: DeploymentStatus = { description: "", logUrl: "", environmentUrl: "", ...over, id: nextId() };
  statuses.push(made);
  return made;
}

function path({ params }: Call): string {
  return `/repos/${params["owner"]}/${params["repo"]}`;
}

function shown(call: Call, { id, isTransient, isProduction, ...one }: Deployment, example: Shape): Shape {
  const { ref, task, environment, description, payload } = one;
  const url = `${call.url}${path(call)}/deployments/${id}`;
  return {
    ...example,
    ...{ id, url, statuses_url: `${url}/statuses`, ref, task, environment, original_environment: environment },
    ...{ description, payload, transient_environment: isTransient, production_environment: isProduction },
  };
}

function statusShown(call: Call, { id: deployment, environment }: Deployment, status: DeploymentStatus): Shape {
  const { id, state, description, logUrl, environmentUrl } = status;
  const url = `${call.url}${path(call)}/deployments/${deployment}`;
  const addresses = { log_url: logUrl, target_url: logUrl, environment_url: environmentUrl };
  return {
    ...(call.example(201) as Shape),
    ...{ id, state, description, environment, url: `${url}/statuses/${id}`, deployment_url: url },
    // The description has no empty address, though GitHub itself answers with one: its example's stays.
    ...Object.fromEntries(Object.entries(addresses).filter(([, one]) => one !== "")),
  };
}
