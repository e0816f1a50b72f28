/** Longest pattern that is accepted: what a smoke test needs, and short enough to be read. */
const maxLength = 500;

/**
 * What is wrong with a regular expression that is tried on the bodies of answers; `undefined` when nothing is.
 *
 * A repeated group that holds a repetition itself, as in `(a+)+`, can take exponential time on a body that nearly
 * matches, which would stop the driver while it should be renewing a lease: refused, and so are back-references.
 */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > maxLength) return `expected a regular expression of at most ${maxLength} characters`;
  try {
    new RegExp(pattern);
  } catch (error) {
    return `expected a regular expression: ${error instanceof Error ? reason(error) : "not understood"}`;
  }
  const plain = pattern
    .replace(/\\[1-9k]/g, "\u0000")
    .replace(/\\./g, "e")
    .replace(/\[\^?\]?[^\]]*\]/g, "c");
  if (plain.includes("\u0000")) return "expected a regular expression without back-references";
  if (nestedRepetition(plain)) return "expected a regular expression without a repetition inside a repeated group";
  return undefined;
}

/** V8 says `Invalid regular expression: /<pattern>/: <reason>`; the pattern stands in the file already. */
function reason(error: Error): string {
  return error.message.slice(error.message.lastIndexOf(": ") + 2).toLowerCase();
}

/** Whether a group that is repeated without a small bound holds a repetition or an alternative. */
function nestedRepetition(plain: string): boolean {
  const open: boolean[] = [];
  for (let index = 0; index < plain.length; index++) {
    const character = plain[index];
    if (character === "(") open.push(false);
    else if (character === ")") {
      const repeats = open.pop() === true;
      if (repeats && isRepetition(plain.slice(index + 1))) return true;
      if (repeats && open.length > 0) open[open.length - 1] = true;
    } else if (open.length > 0 && (character === "|" || isRepetition(plain.slice(index)))) open[open.length - 1] = true;
  }
  return false;
}

function isRepetition(rest: string): boolean {
  return /^([*+]|\{\d+(,\d*)?\})/.test(rest);
}
