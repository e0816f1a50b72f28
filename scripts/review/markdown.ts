import { type Change, type Changes, isUnchanged } from "../../infra/adapters/pulumi.ts";
import { conclusionOf, type Reviewed, violationsOf } from "./reviewed.ts";

/** By which the comment of an earlier review is found again. */
export const marker = "<!-- sluice review -->";

/** GitHub takes 65,536 characters. */
const longest = 60_000;

const headings = {
  refused: "refused by the policy",
  unknown: "not every stack could be previewed",
  changed: "passes the policy, and changes stacks",
  unchanged: "passes the policy, and changes nothing",
};

/** A review as a comment, in GitHub's Markdown: what is refused first, then what would change. Names of properties, never values. */
export function reviewText(all: readonly Reviewed[]): string {
  const head = [marker, `### Sluice: ${headings[conclusionOf(all)]}`];
  const sections = [...all].sort((a, b) => rank(a) - rank(b)).map(sectionOf);
  const unchanged = all.filter((one) => rank(one) === 3).length;
  const parts = [...head];
  let length = head.join("\n\n").length;
  let left = 0;
  for (const section of sections.filter((text) => text !== "")) {
    length += section.length + 2;
    if (length <= longest) parts.push(section);
    else left += 1;
  }
  if (left > 0) parts.push(`${left} more stacks aren't shown here; the job's log has them.`);
  if (unchanged > 0) parts.push(`${unchanged} of ${all.length} stacks stay as they are.`);
  return parts.join("\n\n");
}

/** Refused, failed, changed, unchanged. */
function rank(one: Reviewed): number {
  if (violationsOf(one).length > 0) return 0;
  if (one.kind !== "previewed") return 1;
  return isUnchanged(one.changes.summary) ? 3 : 2;
}

function sectionOf(one: Reviewed): string {
  if (one.kind === "failed") return `#### \`${one.stack}\` could not be previewed\n\n${fenced(one.reason)}`;
  if (rank(one) === 3) return "";
  const parts = [`#### \`${one.stack}\``];
  if (one.violations.length > 0) parts.push(one.violations.map((text) => `- :x: ${inline(text)}`).join("\n"));
  parts.push(
    ...(one.kind === "refused"
      ? ["What it would change could not be previewed:", fenced(one.reason)]
      : changesOf(one.changes)),
  );
  return parts.join("\n\n");
}

function changesOf({ resources, summary }: Changes): readonly string[] {
  if (resources.length > 0) {
    return [["| | resource | properties |", "| --- | --- | --- |", ...resources.map(row)].join("\n")];
  }
  return isUnchanged(summary) ? [] : [inline(JSON.stringify(summary))];
}

function row({ operation, name, type, properties }: Change): string {
  const sign = { create: "+", update: "~", replace: "**replace**", delete: "**delete**" }[operation];
  return `| ${sign} | ${inline(name)} (${inline(type)}) | ${properties.map(inline).join(", ")} |`;
}

/** Text that is nothing but text. */
function inline(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").replaceAll("|", "\\|");
  return `\`${flat}\``;
}

function fenced(text: string): string {
  return `~~~~text\n${text.replaceAll("~~~~", "~ ~ ~ ~").slice(0, 5_000)}\n~~~~`;
}
