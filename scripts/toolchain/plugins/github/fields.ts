import { bool, type Fields, int, intSet, listOf, set, string } from "../bridge/field.ts";

/** What the official provider's properties mean, of the resources that the components use. */

const replaced = { forceNew: true } as const;
const refused = { refused: true } as const;
const output = { outputOnly: true } as const;
const computed = { computed: true } as const;

const between = (lowest: number, highest: number) => (value: string) => {
  const number = Number(value);
  if (number >= lowest && number <= highest) return undefined;
  return `expected it to be in the range (${lowest} - ${highest}), got ${value}`;
};
const notEmpty = (value: string) => (value === "" ? "expected it to not be an empty string" : undefined);
const valueName = (value: string) => {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(value)) {
    return "Secret names can only contain alphanumeric characters or underscores and must not start with a number";
  }
  return value.toUpperCase().startsWith("GITHUB_") ? "Secret names must not start with the GITHUB_ prefix" : undefined;
};

export const environmentFields: Fields = {
  repository: string({ required: true }),
  repositoryId: int(output),
  environment: string({ required: true, ...replaced }),
  canAdminsBypass: bool({ default: true }),
  preventSelfReview: bool({ default: false }),
  waitTimer: int({ problem: between(0, 43_200) }),
  reviewers: listOf({ teams: intSet(), users: intSet() }),
  deploymentBranchPolicy: listOf(
    { protectedBranches: bool({ required: true }), customBranchPolicies: bool({ required: true }) },
    { single: true },
  ),
};

export const deploymentPolicyFields: Fields = {
  repository: string({ required: true }),
  repositoryId: int(output),
  environment: string({ required: true, ...replaced }),
  branchPattern: string({ required: true, problem: notEmpty }),
  tagPattern: string(refused),
  policyId: int(output),
};

export const secretFields: Fields = {
  repository: string({ required: true }),
  repositoryId: int(output),
  environment: string({ required: true, ...replaced }),
  secretName: string({ required: true, ...replaced, problem: valueName }),
  keyId: string({ ...computed, ...refused }),
  value: string({ required: true }),
  valueEncrypted: string(refused),
  encryptedValue: string(refused),
  plaintextValue: string(refused),
  createdAt: string(output),
  updatedAt: string(output),
  remoteUpdatedAt: string(output),
};

export const variableFields: Fields = {
  repository: string({ required: true }),
  repositoryId: int(output),
  environment: string({ required: true, ...replaced }),
  variableName: string({ required: true, ...replaced, problem: valueName }),
  value: string({ required: true }),
  createdAt: string(output),
  updatedAt: string(output),
};

export const labelFields: Fields = {
  repository: string({ required: true, ...replaced }),
  name: string({ required: true, autoname: true }),
  color: string({ required: true }),
  description: string(),
  url: string(output),
  etag: string({ ...computed, ...refused }),
};

export const branchProtectionFields: Fields = {
  repositoryId: string({ required: true, ...replaced }),
  pattern: string({ required: true }),
  allowsDeletions: bool({ default: false }),
  allowsForcePushes: bool({ default: false }),
  enforceAdmins: bool({ default: false }),
  requireSignedCommits: bool({ default: false }),
  requiredLinearHistory: bool({ default: false }),
  requireConversationResolution: bool({ default: false }),
  lockBranch: bool({ default: false }),
  requiredPullRequestReviews: listOf({
    requiredApprovingReviewCount: int({ default: 1, problem: between(0, 6) }),
    requireCodeOwnerReviews: bool(),
    dismissStaleReviews: bool(),
    restrictDismissals: bool(refused),
    dismissalRestrictions: set(refused),
    pullRequestBypassers: set(refused),
    requireLastPushApproval: bool({ default: false }),
  }),
  requiredStatusChecks: listOf({ strict: bool(), contexts: set() }),
  restrictPushes: listOf({ blocksCreations: bool(), pushAllowances: set() }, refused),
  forcePushBypassers: set(refused),
};

export const providerFields: Fields = {
  token: string(),
  owner: string(),
  organization: string(refused),
  baseUrl: string(),
  writeDelayMs: int({ problem: between(0, 600_000) }),
  appAuth: listOf({}, { single: true, ...refused }),
  cachePath: string(refused),
  insecure: bool(refused),
  legacyClient: bool(refused),
  maxPerPage: int(refused),
  maxRetries: int(refused),
  parallelRequests: bool(refused),
  readDelayMs: int(refused),
  retryDelayMs: int(refused),
  retryableErrors: intSet(refused),
};
