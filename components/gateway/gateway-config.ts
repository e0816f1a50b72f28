import { dirname } from "node:path/posix";
import type { GatewayConfigInput } from "../../infra/gateway/render/config.ts";
import type { EnvironmentSettings } from "../../infra/model/settings/environment.ts";
import type { Host, Site } from "../../infra/model/settings/host.ts";

type Sites = EnvironmentSettings["sites"];

/** What nginx on a host is configured with, apart from the services behind it. */
export function gatewayConfigOf(host: Host, sites: Sites): GatewayConfigInput {
  const { gateway } = host;
  return {
    root: host.root,
    status: statusOf(host),
    ...(host.exporter === undefined ? {} : { heartbeat: true }),
    sites: Object.entries(sites)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, site]) => ({ name, ...siteOn(host, site) })),
    ...(gateway.user === undefined ? {} : { user: gateway.user }),
    ...(gateway.workerProcesses === undefined ? {} : { workerProcesses: gateway.workerProcesses }),
  };
}

/** The private listener of a gateway: status, and requests in the name of a bucket. */
export function statusOf({ gateway, address }: Host): { address: string; port: number } {
  return { address: gateway.statusAddress ?? address, port: gateway.statusPort };
}

/** Folders with certificates, which a gateway's container must see; folders, since renewals replace the files. */
export function certificateFolders(sites: Sites): readonly string[] {
  const files = Object.values(sites).flatMap(({ tls }) => (tls ? [tls.certificate, tls.key] : []));
  return [...new Set(files.map((file) => dirname(file)))].sort();
}

function siteOn(
  host: Host,
  { serverNames, address, port, tls }: Site,
): Omit<GatewayConfigInput["sites"][number], "name"> {
  return {
    serverNames,
    address: address === "host" ? host.address : address,
    port,
    ...(tls === undefined ? {} : { tls }),
  };
}
