import { dotted } from "../model/service-name.ts";

/** Where everything of Sluice is on a host, derived from the host's root folder (e.g. `/datadisk`). */
export interface GatewayPaths {
  /** The one persistent folder that nginx looks files up in; only the host script writes below it. */
  readonly home: string;
  readonly bin: string;
  readonly script: string;
  /** Settings that the host script reads from beside itself. */
  readonly scriptSettings: string;
  /** The configuration nginx is started with; `conf/live` is a link to one generation. */
  readonly liveConfig: string;
  readonly services: string;
  readonly logs: string;
  readonly accessLog: string;
  readonly errorLog: string;
  /** Process id file and temporary bodies of nginx. */
  readonly run: string;
  readonly pidFile: string;
  /** What the exporter reads beside the log: its program. */
  readonly exporter: string;
}

export function gatewayPaths(root: string): GatewayPaths {
  const home = `${root}/sluice`;
  const logs = `${root}/sluice-logs`;
  const run = `${root}/sluice-run`;
  return {
    home,
    bin: `${home}/bin`,
    script: `${home}/bin/sluice-host`,
    scriptSettings: `${home}/bin/sluice-host.conf`,
    liveConfig: `${home}/conf/live/nginx.conf`,
    services: `${home}/services`,
    logs,
    accessLog: `${logs}/access.log`,
    errorLog: `${logs}/error.log`,
    run,
    pidFile: `${run}/nginx.pid`,
    exporter: `${root}/sluice-exporter`,
  };
}

/** Folder that nginx looks a service's marker and leases up in. */
export function serviceFolder(root: string, service: string): string {
  return `${gatewayPaths(root).services}/${dotted(service)}`;
}

export interface GatewayMount {
  readonly folder: string;
  readonly readOnly: boolean;
}

/**
 * What a gateway container mounts, each at the same path inside as outside. `home` must be mounted whole: a folder that
 * is renamed or mounted later inside a bind mount isn't seen in the container.
 */
export function gatewayMounts(root: string): readonly GatewayMount[] {
  const { home, logs, run } = gatewayPaths(root);
  return [
    { folder: home, readOnly: true },
    { folder: logs, readOnly: false },
    { folder: run, readOnly: false },
  ];
}

/** Starts a gateway in the foreground, as a container's main process or under a service manager. */
export function gatewayCommand(root: string, binary = "nginx"): readonly string[] {
  return [binary, "-e", "stderr", "-c", gatewayPaths(root).liveConfig, "-g", "daemon off;"];
}
