import { spawnSync } from "node:child_process";

/**
 * Numbers of the script's lines after which another command may stand: not inside of a quoted program, a pipeline, a
 * `case` head and the like, as the shell itself judges.
 */
export function killPoints(script: string): readonly number[] {
  const lines = script.split("\n");
  let quote = "";
  return lines.flatMap((line, index) => {
    quote = openQuote(line, quote);
    return quote === "" && !/[|&\\]$/.test(line) && isValid(insert(lines, index, ":")) ? [index] : [];
  });
}

/** The kind of quotes that are open at the end of a line. */
function openQuote(line: string, before: string): string {
  let open = before;
  let previous = " ";
  for (const character of line) {
    if (open === "" && character === "#" && /\s/.test(previous)) return open;
    if (previous !== "\\" && (character === "'" || character === '"')) {
      if (open === "") open = character;
      else if (open === character) open = "";
    }
    previous = character;
  }
  return open;
}

/** The script with a command after each of these lines. */
export function withAfter(script: string, points: readonly number[], command: (line: number) => string): string {
  const at = new Set(points);
  return script
    .split("\n")
    .flatMap((line, index) => (at.has(index) ? [line, command(index)] : [line]))
    .join("\n");
}

function insert(lines: readonly string[], after: number, command: string): string {
  return [...lines.slice(0, after + 1), command, ...lines.slice(after + 1)].join("\n");
}

function isValid(script: string): boolean {
  return spawnSync("sh", ["-n"], { input: script }).status === 0;
}
