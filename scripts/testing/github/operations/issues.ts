import { type Call, Failure, found, type Operations, page } from "../operation.ts";
import { type Issue, nextId, type Repository } from "../world.ts";
import { repositoryOf } from "./accounts.ts";

type Shape = Record<string, unknown>;

export const issues: Operations = {
  "issues/create": (call) => {
    const repository = repositoryOf(call);
    const { title, body = null, labels = [] } = call.body as { title: string; body?: string; labels?: string[] };
    const number = repository.issues.size + 1;
    const at = now();
    const issue: Issue = {
      number,
      id: nextId(),
      author: call.actor,
      title,
      body,
      labels,
      isOpen: true,
      at,
      comments: [],
      edits: [],
      events: [],
    };
    repository.issues.set(number, issue);
    return { status: 201, body: shown(call, issue, 201) };
  },
  "issues/get": (call) => ({ status: 200, body: shown(call, issueOf(call, repositoryOf(call))) }),
  "issues/update": (call) => {
    const issue = issueOf(call, repositoryOf(call));
    const { state, title, body } = call.body as { state?: "open" | "closed"; title?: string; body?: string };
    const at = now();
    if (title !== undefined && title !== issue.title) issue.events.push({ kind: "renamed", at, author: null });
    if (state === "closed" && issue.isOpen) issue.events.push({ kind: "closed", at, author: null });
    if (body !== undefined && body !== issue.body) {
      if (issue.edits.length === 0) issue.edits.push({ text: issue.body, at: issue.at });
      issue.edits.push({ text: body, at });
    }
    issue.title = title ?? issue.title;
    issue.body = body ?? issue.body;
    if (state) issue.isOpen = state === "open";
    return { status: 200, body: shown(call, issue) };
  },
  "issues/list-comments": (call) => {
    const issue = issueOf(call, repositoryOf(call));
    const { items, headers } = page(call, `${path(call)}/issues/${issue.number}/comments`, issue.comments);
    return { status: 200, headers, body: items.map((one) => comment(call, issue, one)) };
  },
  "issues/create-comment": (call) => {
    const issue = issueOf(call, repositoryOf(call));
    const at = now();
    const made = { id: nextId(), author: call.actor, body: String(call.body["body"]), createdAt: at, updatedAt: at };
    issue.comments.push(made);
    return { status: 201, body: comment(call, issue, made, 201) };
  },
  "issues/update-comment": (call) => {
    const { issue, comment: edited } = commentOf(call);
    Object.assign(edited, { body: String(call.body["body"]), updatedAt: now() });
    return { status: 200, body: comment(call, issue, edited) };
  },
  "issues/delete-comment": (call) => {
    const { issue, comment: deleted } = commentOf(call);
    issue.comments.splice(issue.comments.indexOf(deleted), 1);
    issue.events.push({ kind: "commentDeleted", at: now(), author: deleted.author });
    return { status: 204 };
  },
  "teams/get-membership-for-user-in-org": (call) => {
    const { org = "", team_slug: slug = "", username = "" } = call.params;
    const { members } = found(found(call.world.organisations.get(org)).teams.get(slug));
    if (!members.some((member) => member.toLowerCase() === username.toLowerCase())) throw new Failure(404, "Not Found");
    const url = `${call.url}/orgs/${org}/teams/${slug}/memberships/${username}`;
    return { status: 200, body: { url, role: "member", state: "active" } };
  },
};

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

function path({ params }: Call): string {
  return `/repos/${params["owner"]}/${params["repo"]}`;
}

function issueOf({ params }: Call, repository: Repository): Issue {
  return found(repository.issues.get(Number(params["issue_number"])));
}

function commentOf(call: Call): { readonly issue: Issue; readonly comment: Issue["comments"][number] } {
  const id = Number(call.params["comment_id"]);
  const all = [...repositoryOf(call).issues.values()];
  const issue = found(all.find(({ comments }) => comments.some((one) => one.id === id)));
  return { issue, comment: found(issue.comments.find((one) => one.id === id)) };
}

/** GitHub's example of an account, as somebody else. */
function account(example: Shape, login: string): Shape {
  return { ...example, login, type: login.endsWith("[bot]") ? "Bot" : "User" };
}

/** GitHub's example, which stands one level deeper in some places. */
function exampleOf(call: Call, status: number): Shape & { user: Shape } {
  const example: Shape | Shape[] = call.example(status);
  const [one = {}] = Array.isArray(example) ? (example as Shape[]) : [example];
  return ("value" in one ? one["value"] : one) as Shape & { user: Shape };
}

function shown(call: Call, issue: Issue, status = 200): Shape {
  const { user, ...example } = exampleOf(call, status);
  // The example is a pull request, closed by somebody.
  const plain = Object.fromEntries(
    Object.entries(example).filter(([key]) => !["pull_request", "closed_by"].includes(key)),
  );
  const url = `${call.url}${path(call)}/issues/${issue.number}`;
  const page = `${new URL(call.url).origin}/${call.params["owner"]}/${call.params["repo"]}/issues/${issue.number}`;
  return {
    ...plain,
    id: issue.id,
    number: issue.number,
    url,
    html_url: page,
    comments_url: `${url}/comments`,
    title: issue.title,
    body: issue.body,
    state: issue.isOpen ? "open" : "closed",
    user: account(user, issue.author),
    milestone: null,
    labels: issue.labels,
    comments: issue.comments.length,
    created_at: issue.at,
    updated_at: issue.at,
    closed_at: null,
  };
}

function comment(
  call: Call,
  issue: Issue,
  { id, author, body, createdAt, updatedAt }: Issue["comments"][number],
  status = 200,
): Shape {
  const { user, ...plain } = exampleOf(call, status);
  const url = `${call.url}${path(call)}/issues`;
  return {
    ...plain,
    id,
    url: `${url}/comments/${id}`,
    issue_url: `${url}/${issue.number}`,
    user: account(user, author),
    body,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
