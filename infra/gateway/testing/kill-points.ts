import { spawnSync } from "node:child_process";

/**
 * Numbers of the script's lines after which another command may stand: outside of quoted programs, `case` heads and the
 * like, as the shell itself judges.
 */
export function killPoints(script: string): readonly number[] {
  const lines = script.split("\n");
  let quoted = false;
  return lines.flatMap((line, index) => {
    if (!/^\s*#/.test(line) && (line.match(/'/g)?.length ?? 0) % 2 === 1) quoted = !quoted;
    return !quoted && isValid(insert(lines, index, ":")) ? [index] : [];
  });
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
