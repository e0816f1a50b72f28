import { type Call, found, invalid, type Operations, page } from "../operation.ts";
import { nextId } from "../world.ts";
import type { Label, Repository } from "../world.ts";
import { repositoryOf } from "./accounts.ts";

export const labels: Operations = {
  "issues/list-labels-for-repo": (call) => {
    const all = [...repositoryOf(call).labels.values()];
    const { items, headers } = page(call, `${path(call)}/labels`, all);
    return { status: 200, headers, body: items.map((label) => shown(call, label)) };
  },
  "issues/get-label": (call) => ({ status: 200, body: shown(call, labelOf(call, repositoryOf(call))) }),
  "issues/create-label": (call) => {
    const repository = repositoryOf(call);
    const { name, color = "ededed", description = null } = call.body as Partial<Label> & { name: string };
    if (named(repository, name)) throw invalid("Label", "name", "already_exists");
    const label: Label = { id: nextId(), name, color: colour(color), description };
    repository.labels.set(name, label);
    return { status: 201, body: shown(call, label) };
  },
  "issues/update-label": (call) => {
    const repository = repositoryOf(call);
    const label = labelOf(call, repository);
    const { new_name: name, color, description } = call.body as Partial<Label> & { new_name?: string };
    repository.labels.delete(label.name);
    label.name = name ?? label.name;
    if (color !== undefined) label.color = colour(color);
    if (description !== undefined) label.description = description;
    repository.labels.set(label.name, label);
    return { status: 200, body: shown(call, label) };
  },
  "issues/delete-label": (call) => {
    const repository = repositoryOf(call);
    repository.labels.delete(labelOf(call, repository).name);
    return { status: 204 };
  },
};

function path({ params }: Call): string {
  return `/repos/${params["owner"]}/${params["repo"]}`;
}

function labelOf(call: Call, repository: Repository): Label {
  return found(named(repository, call.params["name"] ?? ""));
}

/** GitHub takes names that differ in case for the same. */
function named(repository: Repository, name: string): Label | undefined {
  return [...repository.labels.values()].find((label) => label.name.toLowerCase() === name.toLowerCase());
}

function colour(text: string): string {
  if (/^[0-9a-fA-F]{6}$/.test(text)) return text.toLowerCase();
  throw invalid("Label", "color", "invalid");
}

function shown(call: Call, { id, name, color, description }: Label): object {
  const url = `${call.url}${path(call)}/labels/${encodeURIComponent(name)}`;
  return { id, node_id: `LA_${id}`, url, name, color, description, default: false };
}
