import { gatewayPaths } from "./paths.ts";

/** The host script's parts, in order; whoever installs it reads them and writes `joinHostScript(texts)` to the host. */
export const hostScriptParts: readonly URL[] = [
  "00-common.sh",
  "10-service.sh",
  "20-lease.sh",
  "30-config.sh",
  "40-observe.sh",
  "50-drift.sh",
  "90-main.sh",
].map((part) => new URL(`./host-script/${part}`, import.meta.url));

/** One script from its parts: a single file is put in place by a single rename. */
export function joinHostScript(parts: readonly string[]): string {
  return parts.join("\n");
}

/** How a host's gateway is run, for the host script. */
export interface HostSettings {
  readonly root: string;
  readonly gateway:
    | { readonly kind: "package"; readonly nginx: string }
    | { readonly kind: "container"; readonly container: string; readonly docker: string; readonly dockerHost: string };
  /** `address:port` at which the host itself reaches the status endpoint. */
  readonly status: string;
  /** `user` or `uid:gid` that must own the log and run folders, when it isn't who calls the script. */
  readonly runAs?: string;
  /** How long a call waits for another one. @default 5 */
  readonly lockSeconds?: number;
  /** How long a new generation may take to answer after a reload. @default 15 */
  readonly reloadSeconds?: number;
}

/** `sluice-host.conf`, which the script reads from beside itself. */
export function renderHostSettings(settings: HostSettings): string {
  const { gateway, lockSeconds = 5, reloadSeconds = 15 } = settings;
  const values: Record<string, string> = {
    SLUICE_ROOT: settings.root,
    SLUICE_STATUS: settings.status,
    SLUICE_LOCK_SECONDS: String(lockSeconds),
    SLUICE_RELOAD_SECONDS: String(reloadSeconds),
    ...(settings.runAs === undefined ? {} : { SLUICE_RUN_AS: settings.runAs }),
    ...(gateway.kind === "package"
      ? { SLUICE_GATEWAY: "process", SLUICE_NGINX: gateway.nginx }
      : {
          SLUICE_GATEWAY: "container",
          SLUICE_NGINX: "nginx",
          SLUICE_CONTAINER: gateway.container,
          SLUICE_DOCKER: gateway.docker,
          DOCKER_HOST: gateway.dockerHost,
        }),
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${shellQuoted(value)}`);
  return `${[...lines, ...(gateway.kind === "container" ? ["export DOCKER_HOST"] : [])].join("\n")}\n`;
}

/** Installs the script and its settings on a host: `sh -c` with the returned text, the script on stdin. */
export function installCommand(root: string, settings: string): readonly string[] {
  const { bin, script, scriptSettings } = gatewayPaths(root);
  const steps = [
    "set -eu",
    "umask 022",
    `mkdir -p ${shellQuoted(bin)}`,
    `printf %s ${shellQuoted(settings)} > ${shellQuoted(`${scriptSettings}.new`)}`,
    `mv -f ${shellQuoted(`${scriptSettings}.new`)} ${shellQuoted(scriptSettings)}`,
    `cat > ${shellQuoted(`${script}.new`)}`,
    `chmod 755 ${shellQuoted(`${script}.new`)}`,
    `mv -f ${shellQuoted(`${script}.new`)} ${shellQuoted(script)}`,
  ];
  return ["sh", "-c", steps.join("\n")];
}

/** One word for a POSIX shell. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
