import type { EnvironmentSettings } from "../model/settings/environment.ts";
import type { Host, Shell, Site } from "../model/settings/host.ts";
import { expandHome } from "../model/settings/path.ts";

/**
 * Replaces `~/` at the start of the paths of an environment: ledger file, sockets, roots, host key and TLS files. Secret
 * references keep theirs until they are read (`expandHome`), since revisions hold them and are the same for everybody.
 */
export function expandHomes(settings: EnvironmentSettings, home: string): EnvironmentSettings {
  const { ledger, hosts, sites } = settings;
  return {
    ...settings,
    ledger: ledger.kind === "sqlite" ? { ...ledger, file: expandHome(ledger.file, home) } : ledger,
    hosts: mapValues(hosts, (host) => expandHost(host, home)),
    sites: mapValues(sites, (site) => expandSite(site, home)),
  };
}

function expandHost(host: Host, home: string): Host {
  const { engine } = host;
  return {
    ...host,
    engine: engine.kind === "unix" ? { ...engine, socket: expandHome(engine.socket, home) } : engine,
    shell: expandShell(host.shell, home),
    root: expandHome(host.root, home),
  };
}

function expandShell(shell: Shell, home: string): Shell {
  return shell.kind === "ssh" ? { ...shell, hostKey: expandHome(shell.hostKey, home) } : shell;
}

function expandSite(site: Site, home: string): Site {
  if (site.tls === undefined) return site;
  return {
    ...site,
    tls: { certificate: expandHome(site.tls.certificate, home), key: expandHome(site.tls.key, home) },
  };
}

function mapValues<Value>(record: Record<string, Value>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
