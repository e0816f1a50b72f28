/** What is on a GitHub: its accounts and repositories. Tests make it, look at it, and change it behind everybody's back. */
export interface World {
  /** Each token that is let in, with the login of whose it is. */
  readonly tokens: Map<string, string>;
  /** By login. */
  readonly users: Map<string, User>;
  /** By login. */
  readonly organisations: Map<string, Organisation>;
  /** By `owner/name`. */
  readonly repositories: Map<string, Repository>;
}

export interface User {
  readonly id: number;
}

export interface Organisation {
  readonly id: number;
  /** By slug. */
  readonly teams: Map<string, Team>;
}

export interface Team {
  readonly id: number;
  readonly members: readonly string[];
}

export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  /** By name in lower case, as GitHub takes them for the same. */
  readonly environments: Map<string, Environment>;
  /** By name. */
  readonly labels: Map<string, Label>;
  /** By number. */
  readonly issues: Map<number, Issue>;
  /** Branches, tags and commits; `main` is the default branch. */
  readonly refs: Set<string>;
  /** By id. */
  readonly deployments: Map<number, Deployment>;
  /** By node id. */
  readonly protections: Map<string, BranchProtection>;
}

export interface Environment {
  readonly id: number;
  name: string;
  waitTimer: number;
  preventSelfReview: boolean;
  canAdminsBypass: boolean;
  reviewers: { type: "User" | "Team"; id: number }[];
  branchPolicy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
  /** By id. */
  readonly policies: Map<number, { name: string; type: "branch" | "tag" }>;
  /** By name. What was sent is sealed for `keys`. */
  readonly secrets: Map<string, { sealed: string; createdAt: string; updatedAt: string }>;
  readonly variables: Map<string, { value: string; createdAt: string; updatedAt: string }>;
  readonly keys: { readonly id: string; readonly publicBase64: string; readonly privateBase64: string };
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Issue {
  readonly number: number;
  readonly id: number;
  /** Login. */
  readonly author: string;
  title: string;
  body: string | null;
  readonly labels: readonly string[];
  isOpen: boolean;
  /** ISO 8601. */
  readonly at: string;
  readonly comments: { id: number; author: string; body: string; createdAt: string; updatedAt: string }[];
  /** Its text as of each edit, oldest first, with the one that it was opened with; empty when it was never edited. */
  readonly edits: { text: string | null; at: string }[];
  /** `author`: of a comment that was deleted. */
  readonly events: { kind: "closed" | "renamed" | "commentDeleted"; at: string; author: string | null }[];
}

export interface Deployment {
  readonly id: number;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  /** The newest last. */
  readonly statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
}

/** A rule as GitHub's GraphQL shows it. */
export type BranchProtection = Record<string, unknown> & { id: string; pattern: string };

export interface WorldOptions {
  readonly users?: readonly string[];
  /** Teams with their members, by organisation. */
  readonly organisations?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** As `owner/name`. */
  readonly repositories?: readonly string[];
}

/** Ids are counted up from 101, in the order of what is asked for: users, organisations with their teams, repositories. */
export function createWorld({ users = [], organisations = {}, repositories = [] }: WorldOptions): World {
  let last = 100;
  const id = () => ++last;
  return {
    tokens: new Map(),
    users: new Map(users.map((login) => [login, { id: id() }])),
    organisations: new Map(
      Object.entries(organisations).map(([login, teams]) => {
        const made = Object.entries(teams).map(
          ([slug, members]) => [slug, { id: id(), members: [...members] }] as const,
        );
        return [login, { id: id(), teams: new Map(made) }];
      }),
    ),
    repositories: new Map(repositories.map((name) => [name, emptyRepository(id())])),
  };
}

function emptyRepository(id: number): Repository {
  return {
    id,
    nodeId: `R_kgDO${id}`,
    environments: new Map(),
    labels: new Map(),
    issues: new Map(),
    refs: new Set(["main"]),
    deployments: new Map(),
    protections: new Map(),
  };
}

let lastId = 1000;

/** A number that nothing on any GitHub of this process has. */
export function nextId(): number {
  return ++lastId;
}
