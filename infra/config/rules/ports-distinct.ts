import { machineOf, overlap, siteAddress } from "../addresses.ts";
import type { Finding } from "../finding.ts";
import type { Path } from "../path.ts";
import { dottedKey } from "../path.ts";
import { hostsOf, type Draft, type Rule } from "../rule.ts";

interface Listener {
  readonly machine: string;
  readonly address: string;
  readonly port: number;
  readonly path: Path;
  /** Sites of one gateway share a port: nginx tells them apart by name. */
  readonly gateway?: string;
}

/** No two slots, status endpoints, exporters or gateways want one port of one machine. */
export const portsDistinct: Rule = {
  name: "ports-distinct",
  check: (draft) => {
    const listeners = [...slots(draft), ...statuses(draft), ...exporters(draft), ...sites(draft)];
    const clashes = listeners.flatMap((later, index) => {
      const earlier = listeners.slice(0, index).find((other) => clash(other, later));
      return earlier === undefined ? [] : [finding(earlier, later)];
    });
    // One clash of a service shows on each of its hosts.
    return [...new Map(clashes.map((clash) => [dottedKey(clash.path), clash])).values()];
  },
};

function slots(draft: Draft): Listener[] {
  return Object.entries(draft.services).flatMap(([name, service]) =>
    hostsOf(draft, service).flatMap(([, host]) =>
      (["blue", "green"] as const).map((slot) => ({
        machine: machineOf(host),
        address: host.address,
        port: service.ports[slot],
        path: ["services", name, "ports", slot],
      })),
    ),
  );
}

function statuses({ hosts }: Draft): Listener[] {
  return Object.entries(hosts).map(([name, host]) => ({
    machine: machineOf(host),
    address: host.gateway.statusAddress ?? host.address,
    port: host.gateway.statusPort,
    path: ["hosts", name, "gateway", "statusPort"],
  }));
}

function exporters({ hosts }: Draft): Listener[] {
  return Object.entries(hosts).flatMap(([name, host]) =>
    host.exporter
      ? [
          {
            machine: machineOf(host),
            address: host.exporter.address ?? host.address,
            port: host.exporter.port,
            path: ["hosts", name, "exporter", "port"],
          },
        ]
      : [],
  );
}

function sites({ hosts, sites }: Draft): Listener[] {
  return Object.entries(hosts).flatMap(([hostName, host]) =>
    Object.entries(sites).map(([name, site]) => ({
      machine: machineOf(host),
      address: siteAddress(site, host),
      port: site.port,
      path: ["sites", name, "port"],
      gateway: hostName,
    })),
  );
}

function clash(one: Listener, other: Listener): boolean {
  if (one.machine !== other.machine || one.port !== other.port || !overlap(one.address, other.address)) return false;
  return one.gateway === undefined || one.gateway !== other.gateway;
}

function finding(earlier: Listener, later: Listener): Finding {
  const where = later.address === "*" ? "all addresses" : later.address;
  const taken = dottedKey(earlier.path);
  const same = taken === dottedKey(later.path);
  const reason = same ? "several hosts of one machine want it: give each an address of its own" : `${taken} has it`;
  return { path: later.path, message: `expected a port that is free on ${where}, found ${later.port}: ${reason}` };
}
