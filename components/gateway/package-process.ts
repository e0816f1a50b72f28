import { gatewayCommand, gatewayPaths, shellQuoted } from "../../infra/gateway/index.ts";
import { gatewayContainerName, type HostName } from "../../infra/model/names.ts";
import { commandText } from "./host-script-call.ts";

/**
 * Starts the host's own nginx with the gateway's configuration: as a systemd service where there is systemd, else as a
 * daemon. Does nothing to one that runs.
 */
export function startPackage(name: HostName, root: string, binary: string): string {
  const unit = unitFile(name);
  return [
    "set -eu",
    "if [ -d /run/systemd/system ]; then",
    `  printf %s ${shellQuoted(unitText(root, binary))} > ${unit}`,
    "  systemctl daemon-reload",
    `  systemctl enable --now ${unitName(name)}`,
    `elif ! { [ -s ${shellQuoted(gatewayPaths(root).pidFile)} ] && kill -0 "$(cat ${shellQuoted(gatewayPaths(root).pidFile)})"; } 2>/dev/null; then`,
    `  ${commandText([binary, "-e", gatewayPaths(root).errorLog, "-c", gatewayPaths(root).liveConfig])}`,
    "fi",
  ].join("\n");
}

/** Ends it in nginx's own way: requests under way are finished, for at most so long. */
export function stopPackage(name: HostName, pidFile: string, drainSeconds: number): string {
  const pid = shellQuoted(pidFile);
  return [
    "set -eu",
    `if [ -f ${unitFile(name)} ]; then systemctl disable ${unitName(name)}; rm -f ${unitFile(name)}; systemctl daemon-reload; fi`,
    `[ -s ${pid} ] || exit 0`,
    `process=$(cat ${pid})`,
    'kill -QUIT "$process" 2>/dev/null || exit 0',
    `tries=$((${drainSeconds} * 10))`,
    'while kill -0 "$process" 2>/dev/null; do',
    '  [ "$tries" -gt 0 ] || { kill -TERM "$process" 2>/dev/null || :; break; }',
    "  tries=$((tries - 1)); sleep 0.1",
    "done",
  ].join("\n");
}

function unitName(name: HostName): string {
  return `${gatewayContainerName(name)}.service`;
}

function unitFile(name: HostName): string {
  return `/etc/systemd/system/${unitName(name)}`;
}

function unitText(root: string, binary: string): string {
  const [, ...args] = gatewayCommand(root, binary);
  return [
    "[Unit]",
    "Description=Gateway of Sluice",
    "After=network.target",
    "[Service]",
    `ExecStart=${[`/usr/bin/env ${binary}`, ...args.map((arg) => `"${arg}"`)].join(" ")}`,
    "KillSignal=SIGQUIT",
    "KillMode=mixed",
    "Restart=on-failure",
    "LimitNOFILE=65536",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}
