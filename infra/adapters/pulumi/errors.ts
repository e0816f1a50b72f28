import { BusyError, RefusedError, UnknownError } from "../../model/errors.ts";
import { policyViolations } from "./policy-violations.ts";

/** Mandatory rules of the policy aren't kept. */
export class PolicyError extends RefusedError {
  /** Of each violation the rule, the resource and what was expected. */
  readonly violations: readonly string[];

  constructor(stack: string, violations: readonly string[], options?: ErrorOptions) {
    const what = `The policy refuses stack ${stack}; nothing was changed:`;
    super([what, ...violations.map((one) => `  ${one}`)].join("\n"), options);
    this.violations = violations;
  }
}

interface KnownFailure {
  readonly said: RegExp;
  readonly meaning: (stack: string, text: string) => Error;
}

const known: readonly KnownFailure[] = [
  {
    said: /stack is currently locked by|\[409\] Conflict: Another update is currently in progress/,
    meaning: (stack, text) =>
      new BusyError(
        `Another update of stack ${stack} is under way${lockHolder(text)}; nothing was changed. ` +
          `If that one is dead, \`pulumi cancel -s ${stack}\` takes its lock away.`,
      ),
  },
  {
    said: /passphrase must be set/,
    meaning: (stack) =>
      new UnknownError(
        `The secrets of stack ${stack} are encrypted with a passphrase, and none is given: ` +
          "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
      ),
  },
  {
    said: /incorrect passphrase/,
    meaning: (stack) =>
      new UnknownError(
        `The passphrase in PULUMI_CONFIG_PASSPHRASE (or the file in PULUMI_CONFIG_PASSPHRASE_FILE) isn't the one that ` +
          `the secrets of stack ${stack} are encrypted with.`,
      ),
  },
];

/**
 * What a failed engine call means to a user. The engine's own words are kept, except for the stack traces of programs.
 *
 * @param doing What was tried: `preview`, `up`...
 */
export function engineFailure(doing: string, stack: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const meaning = known.find(({ said }) => said.test(text))?.meaning;
  if (meaning) return Object.assign(meaning(stack, text), { cause: error });
  const violations = policyViolations(text);
  if (violations.length > 0) {
    return new PolicyError(stack, violations, { cause: error });
  }
  return new UnknownError(`Pulumi could not ${doing} stack ${stack}:\n${engineWords(text)}`, { cause: error });
}

function lockHolder(text: string): string {
  const holder = /created by (.+?) at (\S+)/.exec(text);
  return holder ? ` (by ${holder[1]}, since ${holder[2]})` : "";
}

/**
 * Of the Automation API's report (`code: ... stdout: ... stderr: ...`), what names the trouble: the engine's diagnostics of
 * each resource that failed, or else its errors.
 */
export function engineWords(report: string): string {
  const words = diagnosed(withoutFollowers(report));
  if (words.length > 0) return words.join("\n");
  const errors = withoutFollowers(report)
    .split("\n")
    // Several at once are listed below their number.
    .flatMap((line) => /error: .*/.exec(line) ?? /^ +\d+\) .*/.exec(line)?.[0] ?? []);
  return errors.length > 0 ? [...new Set(errors)].join("\n") : report.trim();
}

/** Without the lines by which the engine says of every planned step after a failed one that it wasn't taken. */
function withoutFollowers(report: string): string {
  const left = report.split("\n").filter((line) => !FOLLOWER.test(line));
  return left.some((line) => line.includes("error: ")) ? left.join("\n") : report;
}

const FOLLOWER = /error: expected resource operations for .* but none were seen/;

/** The section "Diagnostics", without warnings and without the script that a failed command ran. */
function diagnosed(report: string): string[] {
  const [, section = ""] = report.split(/^Diagnostics:$/m);
  const [body = ""] = section.split(/^(?=\S)/m);
  return body
    .split(/\n{2,}/)
    .map((block) =>
      block.split("\n").filter((line) => line.trim() !== "" && !/^\s*(warning: |error: update failed$)/.test(line)),
    )
    .filter((lines) => lines.length > 1)
    .flatMap((lines) =>
      lines.map((line) => line.replace(/^ {2}( {2})?/, (_, deeper) => (deeper ? "  " : "")).replace(SCRIPT, ":")),
    );
}

/** `: running "...":`, which quotes the whole script. */
const SCRIPT = /: running ".*":?$/;
