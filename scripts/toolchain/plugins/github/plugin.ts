import { checkInputs } from "../bridge/check.ts";
import { diffState } from "../bridge/diff.ts";
import type { Fields } from "../bridge/field.ts";
import * as lifecycle from "../bridge/lifecycle.ts";
import { stateOf } from "../bridge/outputs.ts";
import { decodeProviderConfig } from "../bridge/provider-config.ts";
import type { CheckRequest, CheckResponse, DiffRequest, JsonObject, Plugin } from "../shared/rpc.ts";
import { isUnknown, revealObject, secret as marked } from "../shared/values.ts";
import { type Account, connect, repositoryId, unlessGone } from "./client.ts";
import { providerFields } from "./fields.ts";
import { invoke } from "./invokes.ts";
import { branchProtection } from "./resources/branch-protection.ts";
import { deploymentPolicy } from "./resources/deployment-policy.ts";
import { environment } from "./resources/environment.ts";
import { label } from "./resources/label.ts";
import type { ResourceType } from "./resources/resource.ts";
import { secret } from "./resources/secret.ts";
import { variable } from "./resources/variable.ts";

/** The official plugin that this one stands in for, down to the state that it leaves. */
const VERSION = "6.15.0";

const TYPES: Readonly<Record<string, ResourceType>> = {
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": secret,
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": variable,
  "github:index/branchProtection:BranchProtection": branchProtection,
  "github:index/issueLabel:IssueLabel": label,
  "github:index/repositoryEnvironment:RepositoryEnvironment": environment,
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": deploymentPolicy,
};

/** The GitHub plugin for one engine process: one provider resource, one account. */
export function githubPlugin(env: NodeJS.ProcessEnv = process.env): Plugin {
  const stopping = new AbortController();
  let config: JsonObject = {};
  let account: Promise<Account> | undefined;
  const connected = () => {
    account ??= connect(config, env, stopping.signal).catch((error: unknown) => {
      account = undefined;
      throw error;
    });
    return account;
  };
  return {
    version: VERSION,
    getSchema: () => Promise.resolve(JSON.stringify({ name: "github", version: VERSION, resources: {} })),
    checkConfig: (request) => Promise.resolve(checkConfig(request)),
    diffConfig: () => Promise.resolve({}),
    configure: (request) => {
      config = decodeProviderConfig(providerFields, request.args);
      account = undefined;
      return Promise.resolve({ supportsPreview: true, supportsAutonamingConfiguration: true });
    },
    check: async (request) => await Promise.resolve(checkInputs(typeOf(request.type, request.urn).fields, request)),
    diff: async (request) => {
      const type = typeOf(request.type, request.urn);
      const olds = stateOf(type.fields, request.olds);
      const fields = await fieldsFor(type, { ...request, olds }, connected);
      return diffState({ ...type, fields }, { ...request, olds });
    },
    create: async (request) => lifecycle.create(typeOf(request.type, request.urn), request, connected),
    read: async (request) => lifecycle.read(typeOf(request.type, request.urn), request, connected),
    update: async (request) => lifecycle.update(typeOf(request.type, request.urn), request, connected),
    delete: async (request) => lifecycle.remove(typeOf(request.type, request.urn), request, connected),
    invoke: async ({ token, args }) => invoke(await connected(), token, revealObject(args)),
    cancel: () => {
      stopping.abort(new Error("the update was cancelled"));
      return Promise.resolve();
    },
  };
}

/** The settings as they came, or what is wrong with them; the token is secret from here on. */
function checkConfig(request: CheckRequest): CheckResponse {
  const config = decodeProviderConfig(providerFields, request.news);
  const { failures = [] } = checkInputs(providerFields, { ...request, news: config, olds: {} });
  if (failures.length > 0) return { failures };
  const { token } = request.news;
  return { inputs: token === undefined ? request.news : { ...request.news, token: marked(token) } };
}

/** Another name may be the same repository, renamed: then nothing has to be made anew. */
async function fieldsFor(type: ResourceType, request: DiffRequest, connected: () => Promise<Account>): Promise<Fields> {
  const { repository, repositoryId: before } = request.olds;
  const { repository: wanted } = request.news;
  const { fields } = type;
  if (!("repositoryId" in fields) || fields["repository"] === undefined) return fields;
  if (typeof wanted !== "string" || isUnknown(wanted) || wanted === repository) return fields;
  const now = await unlessGone(repositoryId(await connected(), wanted));
  if (now === undefined || now === before) return fields;
  return { ...fields, repository: { ...fields["repository"], forceNew: true } };
}

/** The type is in the URN too, which older engines send alone. */
function typeOf(type: string, urn: string): ResourceType {
  const token = type || (urn.split("::")[2]?.split("$").at(-1) ?? "");
  const found = TYPES[token];
  if (found) return found;
  throw new Error(`${token} is not supported by Sluice's own GitHub plugin: it knows ${Object.keys(TYPES).join(", ")}`);
}
