import { RefusedError, UnknownError } from "../../model/errors.ts";

interface KnownFailure {
  readonly said: RegExp;
  readonly meaning: (stack: string, text: string) => Error;
}

const known: readonly KnownFailure[] = [
  {
    said: /stack is currently locked by|\[409\] Conflict: Another update is currently in progress/,
    meaning: (stack, text) =>
      new RefusedError(
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
  return new UnknownError(`Pulumi could not ${doing} stack ${stack}:\n${engineWords(text)}`, { cause: error });
}

function lockHolder(text: string): string {
  const holder = /created by (.+?) at (\S+)/.exec(text);
  return holder ? ` (by ${holder[1]}, since ${holder[2]})` : "";
}

/** Of the Automation API's report (`code: ... stdout: ... stderr: ...`), the lines that name what went wrong. */
export function engineWords(report: string): string {
  const lines = report.split("\n").map((line) => line.trimEnd());
  const said = lines.filter((line) => /(^|\s)error: /.test(line) && !/ update failed$/.test(line));
  const unique = [...new Set(said.map((line) => line.trim()))];
  return unique.length > 0 ? unique.join("\n") : report.trim();
}
