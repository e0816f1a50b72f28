import { checkInputs } from "../bridge/check.ts";
import type { Fields } from "../bridge/field.ts";
import { bridgedPlugin } from "../bridge/plugin.ts";
import { decodeProviderConfig } from "../bridge/provider-config.ts";
import type { CheckRequest, CheckResponse, DiffRequest, Plugin } from "../shared/rpc.ts";
import { isUnknown, secret as marked } from "../shared/values.ts";
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

/** The GitHub plugin for one engine process: one provider resource, one account. */
export function githubPlugin(env: NodeJS.ProcessEnv = process.env): Plugin {
  return bridgedPlugin({
    name: "github",
    title: "GitHub",
    version: "6.15.0",
    types: {
      "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": secret,
      "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": variable,
      "github:index/branchProtection:BranchProtection": branchProtection,
      "github:index/issueLabel:IssueLabel": label,
      "github:index/repositoryEnvironment:RepositoryEnvironment": environment,
      "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": deploymentPolicy,
    },
    providerFields,
    checkConfig,
    connect: (config, stop) => connect(config, env, stop),
    fieldsFor,
    invoke,
  });
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
