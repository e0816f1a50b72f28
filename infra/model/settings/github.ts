import { z } from "zod";
import { secretReference } from "./secret.ts";

const login = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/, "expected a user's login, e.g. alice");
const slug = z.string().regex(/^[a-z0-9_.-]+$/, "expected a team's slug as in its address, e.g. release-managers");
const valueName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, "expected capital letters, digits and _, and no digit first")
  .refine(
    (name) => !name.startsWith("GITHUB_"),
    "expected a name that doesn't start with GITHUB_, which is GitHub's own",
  );
const branch = z.string().regex(/^[^\s~^:\\]+$/, "expected the name of a branch, or a pattern such as release/*");

/** How many GitHub takes for one environment. */
const REVIEWERS_LIMIT = 6;

/** An environment on GitHub: who lets a workflow deploy to it, from where, and what it gets. */
export const githubSettings = z.strictObject({
  repository: z
    .string()
    .regex(/^[A-Za-z0-9_-]+\/[A-Za-z0-9._-]+$/, "expected owner/name")
    .describe("The repository whose workflows deploy: `owner/name`"),
  apiUrl: z
    .url({ protocol: /^https?$/, error: "expected an address such as https://github.example.com/api/v3" })
    .default("https://api.github.com")
    .describe("Address of GitHub's API; an Enterprise Server's is `https://<host>/api/v3`"),
  token: secretReference.describe("Token that may administer the repository's environments; see github.md"),
  reviewers: z
    .strictObject({
      users: z.array(login).default([]).describe("People, by login"),
      teams: z.array(slug).default([]).describe("Teams of the repository's organisation, by slug"),
    })
    .refine(({ users, teams }) => users.length + teams.length <= REVIEWERS_LIMIT, {
      error: `expected at most ${REVIEWERS_LIMIT} users and teams together, as GitHub takes`,
    })
    .prefault({})
    .describe(
      "Who may let a job through: any one of them, which is why `gates.approval` counts people. At least 2 in prod, 1 in stg and uat",
    ),
  waitMinutes: z
    .int()
    .min(0)
    .max(43_200)
    .optional()
    .describe("How long a job waits in any case. Default: 5 in prod, at least as long there; 0 elsewhere"),
  preventSelfReview: z
    .boolean()
    .optional()
    .describe("Whether nobody lets their own job through. Default: yes in prod, where it must be; no elsewhere"),
  canAdminsBypass: z.boolean().default(false).describe("Whether administrators may pass all of this"),
  branches: z
    .array(branch)
    .default(["main"])
    .describe("Branches, or patterns of them, that alone may deploy; none for any. In prod just `main`"),
  secrets: z
    .record(valueName, secretReference)
    .default({})
    .describe("Secrets that only jobs of this environment get, by name; sealed on the way to GitHub"),
  variables: z.record(valueName, z.string().min(1)).default({}).describe("Variables that its jobs get, by name"),
  protection: z
    .strictObject({
      branch: branch.default("main").describe("The branch, or a pattern of branches"),
      requiredChecks: z
        .array(z.string().min(1))
        .default([])
        .describe("Status checks that must pass before a merge, by their names on GitHub"),
      requiredApprovals: z.int().min(0).max(6).default(1).describe("Reviews that must agree to a merge"),
    })
    .optional()
    .describe(
      "How the branch is protected that releases come from; prod must have it for `main`. In the settings of one environment only: a repository has one such rule, and two stacks would each undo the other's",
    ),
  labels: z
    .record(
      z.string().min(1).max(50),
      z.strictObject({
        color: z
          .string()
          .regex(/^[0-9a-f]{6}$/, "expected six hex digits in lower case, without #")
          .describe("Its colour, as six hex digits"),
        description: z.string().max(100).optional().describe("What it means. Default: nothing is said"),
      }),
    )
    .default({})
    .describe("Labels of the repository's issues, by name. In the settings of one environment only, as `protection`"),
  deployments: z
    .boolean()
    .default(true)
    .describe(
      "Whether each rollout is shown among the repository's deployments, with a status for each state change; see github.md",
    ),
});

export type GithubSettings = z.infer<typeof githubSettings>;

/** What is left unsaid, by the environment. */
export function githubGuardsOf(
  environment: string,
  { waitMinutes, preventSelfReview }: GithubSettings,
): { waitMinutes: number; preventSelfReview: boolean } {
  const isProd = environment === "prod";
  return { waitMinutes: waitMinutes ?? (isProd ? 5 : 0), preventSelfReview: preventSelfReview ?? isProd };
}
