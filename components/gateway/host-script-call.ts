import { type HostCall, shellQuoted } from "../../infra/gateway/index.ts";

/**
 * Calls of the host script as text for a shell, one after another. What a failed call answers goes to standard error,
 * where Pulumi shows it to the user. Standard input goes to the one call that reads it.
 *
 * @param hint What to do when the script isn't on the host.
 */
export function scriptText(calls: readonly HostCall[], hint: string): string {
  const script = calls[0]?.argv[0] ?? "";
  return [
    "set -eu",
    `[ -x ${shellQuoted(script)} ] || { echo ${shellQuoted(`${script} isn't there: ${hint}`)} >&2; exit 1; }`,
    ...calls.map(({ argv }) => checked(commandText(argv))),
  ].join("\n");
}

export function commandText(argv: readonly string[]): string {
  return argv.map(shellQuoted).join(" ");
}

function checked(text: string): string {
  return `answer=$(${text}) || { code=$?; printf '%s\\n' "$answer" >&2; exit "$code"; }\nprintf '%s\\n' "$answer"`;
}
