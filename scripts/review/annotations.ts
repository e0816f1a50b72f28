import { type Reviewed, violationsOf } from "./reviewed.ts";

/** Workflow commands by which GitHub shows violations and failures beside a pull request. */
export function annotations(all: readonly Reviewed[]): readonly string[] {
  return all.flatMap((one) => [
    ...violationsOf(one).map((text) => command("error", `${one.stack}: policy`, text)),
    ...(one.kind === "previewed" ? [] : [command("error", `${one.stack} could not be previewed`, one.reason)]),
  ]);
}

/** Escaped as GitHub's own toolkit does (docs.github.com, "Workflow commands for GitHub Actions"). */
function command(level: "error", title: string, message: string): string {
  return `::${level} title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
