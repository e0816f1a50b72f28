import type { Declared } from "../infra/ledger/declared.ts";
import { InputError } from "../infra/model/errors.ts";
import type { Revision } from "../infra/model/revision.ts";
import type { EnvironmentSettings } from "../infra/model/settings/environment.ts";
import type { Host } from "../infra/model/settings/host.ts";
import { slotNames } from "../infra/model/slot.ts";

/**
 * The hosts that a service's stack touches: those in its settings, and those where one of its slots runs.
 *
 * @throws InputError when a slot runs on a host that the settings no longer have: nothing could reach it.
 */
export function serviceHosts(
  { hosts, services }: EnvironmentSettings,
  service: string,
  { slots }: Declared,
): Readonly<Record<string, Host>> {
  const revisions = slotNames.flatMap((slot) => slots[slot]?.revision ?? []);
  const running = revisions.flatMap((revision) => Object.keys(revision.hosts));
  const wanted = services[service]?.hosts ?? Object.keys(hosts);
  const missing = [...new Set(running)].filter((name) => !hosts[name]);
  if (missing.length > 0) {
    throw new InputError(
      `Slots of ${service} run on hosts that the settings no longer have:`,
      missing.map(whereItRuns(revisions)),
    );
  }
  const names = new Set([...wanted, ...running]);
  return Object.fromEntries(Object.entries(hosts).filter(([name]) => names.has(name)));
}

function whereItRuns(revisions: readonly Revision[]) {
  return (host: string) => {
    const versions = revisions.filter(({ hosts }) => hosts[host]).map(({ release }) => release.version);
    return {
      key: `hosts.${host}`,
      message: `expected until nothing runs there (now ${versions.join(", ")}): leave it out of the service's hosts first and roll out, until no slot runs there`,
    };
  };
}
