import { gatewayPaths, programName, shellQuoted } from "../../infra/gateway/index.ts";

/** Puts the program, from standard input, where the exporter reads it. */
export function installProgramText(root: string): string {
  const folder = gatewayPaths(root).exporter;
  const [at, draft] = [`${folder}/${programName}`, `${folder}/.${programName}`].map(shellQuoted);
  return `set -eu\numask 022\nmkdir -p ${shellQuoted(folder)}\ncat >${draft}\nmv -f ${draft} ${at}`;
}

/** Succeeds once the exporter answers and has taken its program: with one that it can't read it would serve all the same. */
export function verifyExporterText({ address, port }: { readonly address: string; readonly port: number }): string {
  const url = `http://${address}:${port}/metrics`;
  return [
    "set -eu",
    `fetch() { if command -v curl >/dev/null; then curl -fsS -m 2 ${url}; else wget -q -T 2 -O - ${url}; fi; }`,
    "tries=0",
    `until fetch 2>/dev/null | grep '^mtail_prog_loads_total{.*prog="${programName}".*} [1-9]'; do`,
    "  tries=$((tries + 1))",
    `  [ "$tries" -lt 60 ] || { echo "the exporter doesn't answer at ${url}, or hasn't taken its program" >&2; exit 1; }`,
    "  sleep 0.5",
    "done",
  ].join("\n");
}
