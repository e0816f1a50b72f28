import { appendFile, readdir } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { githubClient } from "../../infra/adapters/github/client.ts";
import { keepComment } from "../../infra/adapters/github/comment.ts";
import { PolicyError, type PulumiEngine } from "../../infra/adapters/pulumi.ts";
import { InputError, messageOf } from "../../infra/model/errors.ts";
import { serviceStack } from "../../infra/model/service-name.ts";
import { type Action, command, perform } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import { openEngine, openEnvironment, openLedgerOf, settingsFolder } from "../compose.ts";
import { annotations } from "../review/annotations.ts";
import { marker, reviewText } from "../review/markdown.ts";
import { conclusionOf, type Reviewed } from "../review/reviewed.ts";

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly comment?: number;
  readonly expectNoChanges?: boolean;
}

export function reviewCommand(): Command {
  return command("review", "preview every stack with the policy pack: what would change, what the policy refuses", [
    "review",
    "review stg prod",
    "review --comment 12",
    "review prod --expect-no-changes",
  ])
    .argument("[environments...]", "default: all that have settings, but local")
    .option("--comment <number>", "write it into a comment of this pull request, the same one each time", numberOf)
    .option("--expect-no-changes", "end with 1 when anything would change: somebody changed it by hand")
    .action((environments: string[], options: Options) =>
      perform(options, (action) => review(environments, options, action)),
    );
}

function numberOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected the number of a pull request");
}

async function review(given: readonly string[], options: Options, action: Action): Promise<ExitCode> {
  const { out } = action;
  const place = options.comment === undefined ? null : commentPlace(options.comment);
  const environments = given.length > 0 ? given : await environmentsOf(settingsFolder());
  const all: Reviewed[] = [];
  for (const name of environments) all.push(...(await reviewEnvironment(name, action)));
  const text = reviewText(all);
  const conclusion = conclusionOf(all);
  if (process.env["GITHUB_ACTIONS"] === "true") for (const line of annotations(all)) process.stderr.write(`${line}\n`);
  const file = process.env["GITHUB_STEP_SUMMARY"];
  if (file) await appendFile(file, `${text}\n`);
  if (place) out.tell("good", `Commented: ${await keepComment(place.github, place, marker, text)}`);
  out.result({ conclusion, stacks: all }, text.slice(marker.length).trim());
  switch (conclusion) {
    case "refused":
      return exitCode.refused;
    case "unknown":
      return exitCode.unknown;
    case "changed":
      return options.expectNoChanges ? exitCode.refused : exitCode.done;
    case "unchanged":
      return exitCode.done;
  }
}

/** Names of all environments that have settings, but the one that each machine has for itself. */
async function environmentsOf(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .filter((name) => name !== "local" && !name.startsWith("Pulumi."))
    .sort();
}

function commentPlace(number: number) {
  const { GITHUB_REPOSITORY: repository = "", GITHUB_TOKEN: token = "", GITHUB_API_URL } = process.env;
  const issues = [
    ...(repository === "" ? [{ key: "GITHUB_REPOSITORY", message: "expected owner/name, found nothing" }] : []),
    ...(token === "" ? [{ key: "GITHUB_TOKEN", message: "expected a token that may comment, found nothing" }] : []),
  ];
  if (issues.length > 0) throw new InputError("A comment needs what GitHub's runners set:", issues);
  const github = githubClient({ apiUrl: GITHUB_API_URL ?? "https://api.github.com", token });
  return { repository, number, github };
}

async function reviewEnvironment(name: string, action: Action): Promise<readonly Reviewed[]> {
  const environment = await openEnvironment(name);
  const services = Object.keys(environment.settings.services);
  const stacks = [name, ...services.map((service) => serviceStack(name, service))];
  let ledger;
  try {
    ledger = await openLedgerOf(environment, true);
  } catch (error) {
    return stacks.map((stack) => ({ kind: "failed", stack, reason: messageOf(error) }));
  }
  try {
    const options = { ...action, tell: action.out.tell };
    const guarded = await openEngine(environment, ledger, options, true);
    const unguarded = await openEngine(environment, ledger, options, false);
    const all: Reviewed[] = [];
    for (const stack of stacks) {
      action.out.tell("step", `Previewing ${stack}`);
      const one = await reviewStack(stack, guarded, unguarded, action.signal);
      if (one.kind === "failed") action.out.tell("bad", `${stack} could not be previewed: ${one.reason}`);
      else for (const text of one.violations) action.out.tell("bad", text);
      all.push(one);
    }
    return all;
  } finally {
    await ledger.close();
  }
}

/** The engine tells no changes of a preview that the policy refuses: then it is asked once more without the policy. */
async function reviewStack(
  stack: string,
  guarded: PulumiEngine,
  unguarded: PulumiEngine,
  signal: AbortSignal,
): Promise<Reviewed> {
  try {
    return { kind: "previewed", stack, changes: await guarded.changes(stack, signal), violations: [] };
  } catch (error) {
    if (!(error instanceof PolicyError)) return { kind: "failed", stack, reason: messageOf(error) };
    const changes = await unguarded.changes(stack, signal);
    return { kind: "previewed", stack, changes, violations: error.violations };
  }
}
