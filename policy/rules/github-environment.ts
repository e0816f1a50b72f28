import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { GITHUB_DEPLOYMENT_POLICY, GITHUB_ENVIRONMENT } from "../types.ts";

const wanted = z.strictObject({
  reviewers: z.int().min(0).max(6).default(0).describe("Reviewers (users and teams) listed at least"),
  waitMinutes: z.int().min(0).max(43_200).default(0).describe("Wait timer at least, in minutes"),
  preventSelfReview: z.boolean().default(false).describe("Who asks for a deployment can't approve it"),
  branches: z.array(z.string()).optional().describe("Branches that alone may deploy. Default: not judged"),
});

type Wanted = z.infer<typeof wanted>;

const policy = z.object({ protectedBranches: z.boolean(), customBranchPolicies: z.boolean() });

/** GitHub's own gate. Any one listed reviewer satisfies it, and Sluice's approvals ask for more. */
export const githubEnvironment = defineRule({
  name: "github-environment",
  description: "GitHub lets nobody deploy to an environment without its reviewers, its wait and its branches.",
  types: [GITHUB_ENVIRONMENT, GITHUB_DEPLOYMENT_POLICY],
  properties: z.object({
    environment: z.string(),
    reviewers: z
      .array(z.object({ users: z.array(z.unknown()).default([]), teams: z.array(z.unknown()).default([]) }))
      .default([]),
    waitTimer: z.number().default(0),
    preventSelfReview: z.boolean().default(false),
    deploymentBranchPolicy: policy.optional(),
    branchPattern: z.string().optional(),
    tagPattern: z.string().optional(),
  }),
  config: {
    environments: z
      .record(z.string(), wanted)
      .default({
        prod: wanted.parse({ reviewers: 2, waitMinutes: 5, preventSelfReview: true, branches: ["main"] }),
        uat: wanted.parse({ reviewers: 1 }),
        stg: wanted.parse({ reviewers: 1 }),
      })
      .describe("What each GitHub environment must have, by its name in lower case"),
    free: z
      .array(z.string())
      .default(["dev", "local"])
      .describe("Names of which nothing is wanted; any other name must have the strictest of all that is wanted"),
  },
  judge: ({ type, environment, properties }, { environments, free }) => {
    const wanted = [properties.environment, environment].flatMap((name) => wantedOf(name, environments, free));
    const wants = strictest(wanted);
    return type === GITHUB_ENVIRONMENT ? judgeEnvironment(properties, wants) : judgeBranch(properties, wants);
  },
});

/** What a name asks for, be it GitHub's or the stack's: nobody gets around PROD's guards by calling it otherwise. */
function wantedOf(name: string, environments: Readonly<Record<string, Wanted>>, free: readonly string[]): Wanted[] {
  const lower = name.toLowerCase();
  const own = environments[lower];
  if (own) return [own];
  return free.includes(lower) ? [] : Object.values(environments);
}

function strictest(all: readonly Wanted[]): Wanted {
  const branches = all.flatMap((one) => (one.branches ? [one.branches] : []));
  const common = branches.reduce((some, others) => some.filter((branch) => others.includes(branch)), branches[0] ?? []);
  return {
    reviewers: Math.max(0, ...all.map(({ reviewers }) => reviewers)),
    waitMinutes: Math.max(0, ...all.map(({ waitMinutes }) => waitMinutes)),
    preventSelfReview: all.some(({ preventSelfReview }) => preventSelfReview),
    ...(branches.length > 0 ? { branches: common } : {}),
  };
}

interface Environment {
  readonly reviewers: readonly { readonly users: readonly unknown[]; readonly teams: readonly unknown[] }[];
  readonly waitTimer: number;
  readonly preventSelfReview: boolean;
  readonly deploymentBranchPolicy?: z.infer<typeof policy> | undefined;
}

function judgeEnvironment(environment: Environment, wants: Wanted): Violation[] {
  const violations: Violation[] = [];
  const reviewers = new Set(
    environment.reviewers.flatMap(({ users, teams }) => [
      ...users.map((id) => `user ${String(id)}`),
      ...teams.map((id) => `team ${String(id)}`),
    ]),
  ).size;
  if (reviewers < wants.reviewers) {
    violations.push({ property: "reviewers", found: `${reviewers}`, expected: `at least ${wants.reviewers}` });
  }
  if (environment.waitTimer < wants.waitMinutes) {
    const [found, expected] = [`${environment.waitTimer} minutes`, `at least ${wants.waitMinutes} minutes`];
    violations.push({ property: "waitTimer", found, expected });
  }
  if (wants.preventSelfReview && !environment.preventSelfReview) {
    violations.push({ property: "preventSelfReview", found: "false", expected: "true" });
  }
  const { customBranchPolicies = false, protectedBranches = false } = environment.deploymentBranchPolicy ?? {};
  if (wants.branches !== undefined && !customBranchPolicies) {
    violations.push({
      property: "deploymentBranchPolicy",
      found: protectedBranches ? "every protected branch" : "every branch",
      expected: `customBranchPolicies, and deployment policies for ${wants.branches.join(", ")} alone`,
    });
  }
  return violations;
}

function judgeBranch(
  { branchPattern, tagPattern }: { branchPattern?: string | undefined; tagPattern?: string | undefined },
  { branches }: Wanted,
): Violation[] {
  if (branches === undefined) return [];
  const expected = `one of the branches ${branches.join(", ")}`;
  if (tagPattern !== undefined) return [{ property: "tagPattern", found: tagPattern, expected }];
  if (branchPattern !== undefined && branches.includes(branchPattern)) return [];
  return [{ property: "branchPattern", found: branchPattern ?? "none", expected }];
}
