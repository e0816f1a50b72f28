import { block, type Lines } from "./block.ts";
import { listener, type SiteConfig } from "./config.ts";
import { throughHost } from "./names.ts";

/** One site for the public. */
export function siteServer(site: SiteConfig): Lines {
  const anyName = site.serverNames.includes("_");
  return block(
    "server",
    [
      `listen ${listener(site)}${site.tls ? " ssl" : ""}${anyName ? " default_server" : ""};`,
      `server_name ${site.serverNames.join(" ")};`,
      ...tlsLines(site),
      ...siteVariables(site, ""),
    ],
    routes(site),
  );
}

/** The same site once more on the private listener, where a request may name its bucket. */
export function throughServer(site: SiteConfig, status: { readonly address: string; readonly port: number }): Lines {
  return block(
    "server",
    [
      `listen ${listener(status)};`,
      `server_name ${throughHost(site.name)};`,
      "access_log off;",
      ...siteVariables(site, ownName(site)),
    ],
    routes(site),
  );
}

/** Answers names that no site has: nobody gets a service by guessing an address. */
export function refusalServers(sites: readonly SiteConfig[]): readonly Lines[] {
  const listeners = new Map<string, SiteConfig[]>();
  for (const site of sites) listeners.set(listener(site), [...(listeners.get(listener(site)) ?? []), site]);
  return [...listeners]
    .filter(([, there]) => !there.some(({ serverNames }) => serverNames.includes("_")))
    .map(([at, there]) =>
      block("server", [
        `listen ${at}${there[0]?.tls ? " ssl" : ""} default_server;`,
        "server_name _;",
        ...(there[0]?.tls ? ["ssl_reject_handshake on;"] : ["return 421;"]),
      ]),
    );
}

/**
 * What a service's route sets; empty for requests that no route answers. Not said for the server as a whole: it would be
 * said anew in every subrequest, which has its variables in common with the request that it is made for.
 */
const routeVariables: Lines = [
  "org",
  "service",
  "id",
  "key",
  "asked",
  "tester",
  "slot",
  "logged_bucket",
  "stream",
  "other",
  "copied",
].map((name) => `set $sluice_${name} "";`);

function siteVariables(site: SiteConfig, privateHost: string): Lines {
  return [
    `set $sluice_private "${privateHost === "" ? "" : "1"}";`,
    `set $sluice_site_proto "${site.tls ? "https" : "http"}";`,
    `set $sluice_site_port "${site.port}";`,
    `set $sluice_site_host "${privateHost}";`,
  ];
}

function routes(site: SiteConfig): Lines {
  // Routes are `^~` locations, which this expression doesn't shadow: it answers what no service has.
  return [`include sites/${site.name}/*.conf;`, ...block("location ~ ^", [...routeVariables, "return 404;"])];
}

function tlsLines(site: SiteConfig): Lines {
  if (site.tls === undefined) return [];
  return [
    `ssl_certificate ${site.tls.certificate};`,
    `ssl_certificate_key ${site.tls.key};`,
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "ssl_session_cache shared:sluice:2m;",
  ];
}

function ownName(site: SiteConfig): string {
  return site.serverNames.find((name) => name !== "_" && !name.startsWith("*")) ?? "localhost";
}
