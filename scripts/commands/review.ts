import { appendFile, readdir } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { githubClient } from "../../infra/adapters/github/client.ts";
import { keepComment } from "../../infra/adapters/github/comment.ts";
import { InputError, messageOf } from "../../infra/model/errors.ts";
import { serviceStack } from "../../infra/model/service-name.ts";
import { type Action, command, perform } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import { openEngine, openEnvironment, openLedgerOf, settingsFolder } from "../compose.ts";
import { annotations } from "../review/annotations.ts";
import { marker, reviewText } from "../review/markdown.ts";
import { reviewEach, reviewStack } from "../review/review-stack.ts";
import { conclusionOf, type Reviewed, violationsOf } from "../review/reviewed.ts";

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly comment?: number;
  readonly expectNoChanges?: boolean;
  readonly refresh?: boolean;
}

export function reviewCommand(): Command {
  return command("review", "preview every stack with the policy pack: what would change, what the policy refuses", [
    "review",
    "review stg prod",
    "review --comment 12",
    "review prod --refresh --expect-no-changes",
  ])
    .argument("[environments...]", "default: all that have settings, but local")
    .option("--comment <number>", "write it into a comment of this pull request, the same one each time", numberOf)
    .option("--refresh", "ask first what is really there, so that what somebody changed by hand shows")
    .option("--expect-no-changes", "end with 1 when anything would change")
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
  const review = (name: string) => reviewEnvironment(name, options.refresh === true, action);
  // What somebody names must be right.
  for (const name of given) await openEnvironment(name);
  const all = await reviewEach(given.length > 0 ? given : await environmentsOf(settingsFolder()), review);
  for (const one of all) tellOf(one, action);
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

async function reviewEnvironment(name: string, refresh: boolean, action: Action): Promise<readonly Reviewed[]> {
  const environment = await openEnvironment(name);
  const services = Object.keys(environment.settings.services);
  const stacks = [name, ...services.map((service) => serviceStack(name, service))];
  const failed = (error: unknown) =>
    stacks.map((stack): Reviewed => ({ kind: "failed", stack, reason: messageOf(error) }));
  let ledger;
  try {
    ledger = await openLedgerOf(environment, true);
  } catch (error) {
    return failed(error);
  }
  try {
    const options = { ...action, tell: action.out.tell };
    const guarded = await openEngine(environment, ledger, options, true);
    const unguarded = await openEngine(environment, ledger, options, false);
    const all: Reviewed[] = [];
    for (const stack of stacks) {
      action.out.tell("step", `Previewing ${stack}`);
      all.push(await reviewStack(stack, { guarded, unguarded, refresh, signal: action.signal }));
    }
    return all;
  } catch (error) {
    return failed(error);
  } finally {
    await ledger.close();
  }
}

function tellOf(one: Reviewed, { out }: Action): void {
  for (const text of violationsOf(one)) out.tell("bad", text);
  if (one.kind !== "previewed") out.tell("bad", `${one.stack} could not be previewed: ${one.reason}`);
}
