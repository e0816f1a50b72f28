import { gatewayPaths, type HostCall, shellQuoted } from "../../infra/gateway/index.ts";
import { commandText } from "./host-script-call.ts";

/**
 * A shell text that succeeds once nginx answers with the configuration of `apply`, which is applied anew for that: a
 * running gateway that answers with another one is reloaded. Otherwise it shows why, in nginx's own words.
 */
export function verifyText(root: string, apply: HostCall): string {
  return [
    "set -eu",
    `. ${shellQuoted(gatewayPaths(root).scriptSettings)}`,
    `answer=$(${commandText(apply.argv)}) || { code=$?; printf '%s\\n' "$answer" >&2; exit "$code"; }`,
    `case $answer in *'"running":true'*) printf '%s\\n' "$answer"; exit 0 ;; esac`,
    `echo "nginx doesn't run:" >&2`,
    `if [ "$SLUICE_GATEWAY" = container ]; then "$SLUICE_DOCKER" logs --tail 5 "$SLUICE_CONTAINER" >&2; fi`,
    `tail -n 5 ${shellQuoted(gatewayPaths(root).errorLog)} >&2 || :`,
    "exit 1",
  ].join("\n");
}
