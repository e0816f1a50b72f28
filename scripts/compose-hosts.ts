import { dockerEngine } from "../infra/adapters/docker-engine.ts";
import { gatewayHost } from "../infra/adapters/gateway-host.ts";
import type { Secrets } from "../infra/adapters/secrets.ts";
import { localShell } from "../infra/adapters/shell/local.ts";
import { sshShell } from "../infra/adapters/shell/ssh.ts";
import type { HostShell } from "../infra/adapters/shell/shell.ts";
import type { Journal } from "../infra/driver/journal.ts";
import type { HostPort } from "../infra/driver/ports.ts";
import { declared } from "../infra/ledger/declared.ts";
import type { Host, Shell } from "../infra/model/settings/host.ts";
import type { SlotName } from "../infra/model/slot.ts";
import type { Environment } from "./compose.ts";

/** The service's hosts: where its settings want it, and where a slot still runs. */
export async function openHosts(
  environment: Environment,
  name: string,
  journal: Journal,
): Promise<readonly HostPort[]> {
  const { settings } = environment;
  const { slots } = declared(journal.entries);
  const running = [slots.blue, slots.green].flatMap((filled) => Object.keys(filled?.revision.hosts ?? {}));
  const wanted = settings.services[name]?.hosts ?? Object.keys(settings.hosts);
  const names = Object.keys(settings.hosts).filter((host) => wanted.includes(host) || running.includes(host));
  return Promise.all(names.map((host) => openHost(environment, name, host, journal)));
}

async function openHost(
  { settings, secrets }: Environment,
  service: string,
  name: string,
  journal: Journal,
): Promise<HostPort> {
  const host = settings.hosts[name];
  const wanted = settings.services[service];
  if (!host || !wanted) throw new TypeError(`no host ${name} or service ${service}`);
  const { slots } = declared(journal.entries);
  const addressOf = (slot: SlotName) => {
    const revision = slots[slot]?.revision;
    return {
      address: revision?.hosts[name]?.address ?? host.address,
      port: revision?.ports[slot] ?? wanted.ports[slot],
    };
  };
  return gatewayHost({
    environment: settings.environment,
    host: name,
    service,
    root: host.root,
    site: wanted.route.site,
    status: { address: host.gateway.statusAddress ?? host.address, port: host.gateway.statusPort },
    slots: { blue: addressOf("blue"), green: addressOf("green") },
    logs: { maxBytes: host.gateway.logMaxMegabytes * 1_000_000, keep: 3 },
    shell: await openShell(host, secrets),
    login: loginOf(host.shell),
    engine: await dockerEngine(host.engine, host.shell, secrets.resolve),
  });
}

async function openShell({ shell }: Pick<Host, "shell">, secrets: Secrets): Promise<HostShell> {
  return shell.kind === "local" ? localShell() : sshShell(await sshTarget(shell, secrets));
}

function loginOf(shell: Shell): readonly string[] {
  return shell.kind === "local" ? [] : ["ssh", "-p", String(shell.port), `${shell.user}@${shell.host}`];
}

async function sshTarget(shell: Extract<Shell, { kind: "ssh" }>, secrets: Secrets) {
  const { host, port, user, hostKey } = shell;
  return { host, port, user, hostKey, privateKey: await secrets.resolve(shell.privateKey) };
}
