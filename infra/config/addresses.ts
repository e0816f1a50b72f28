import type { Host, Site } from "../model/settings/host.ts";

/** Whether a numeric IPv4 address is of 127.0.0.0/8. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.");
}

/** Whether a name or address given for a machine surely means the one we are on. */
export function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isLoopback(host) && /^[0-9.]+$/.test(host));
}

/** What tells machines apart: hosts with the same answer share ports and files. */
export function machineOf({ shell }: Host): string {
  return shell.kind === "local" || isThisMachine(shell.host) ? "this machine" : shell.host.toLowerCase();
}

/** Where a site listens on a host; `*` is all addresses. */
export function siteAddress(site: Site, host: Host): string {
  switch (site.address) {
    case "all":
      return "*";
    case "host":
      return host.address;
    default:
      return site.address;
  }
}

/** Whether two programs of one machine can't both listen on these addresses at the same port. */
export function overlap(one: string, other: string): boolean {
  return one === other || one === "*" || other === "*" || one === "0.0.0.0" || other === "0.0.0.0";
}
