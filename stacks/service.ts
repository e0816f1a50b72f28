import type * as docker from "@pulumi/docker";
import { engineProvider } from "../components/docker/engine-provider.ts";
import type { SecretReader } from "../components/docker/secret-reader.ts";
import { ServiceSlot } from "../components/docker/service-slot.ts";
import { ServiceRoute } from "../components/gateway/service-route.ts";
import { SettledMarker } from "../components/gateway/settled-marker.ts";
import { type Declared, type Filled, markerOn } from "../infra/ledger/declared.ts";
import { InputError } from "../infra/model/errors.ts";
import type { EnvironmentSettings } from "../infra/model/settings/environment.ts";
import type { Host } from "../infra/model/settings/host.ts";
import type { ServiceSettings } from "../infra/model/settings/service.ts";
import { type SlotName, slotNames } from "../infra/model/slot.ts";

/** What a slot holds, as the stack remembers it. */
interface SlotOutput {
  readonly revision: string;
  readonly version: string;
  /** Number of the ledger's entry that filled it. */
  readonly filledBy: number;
}

interface SlotAddress {
  readonly address: string;
  readonly port: number;
}

export interface ServiceOutputs {
  readonly ledger: { readonly id: string; readonly head: Declared["head"] };
  readonly slots: Readonly<Record<SlotName, SlotOutput | null>>;
  readonly settled: SlotName | null;
  /** Of each host: `address:port` of both slots, for its gateway. */
  readonly addresses: Readonly<Record<string, Readonly<Record<SlotName, string>>>>;
}

export interface ServiceInputs {
  readonly settings: EnvironmentSettings;
  readonly service: string;
  /** The hosts that the stack touches. */
  readonly hosts: Readonly<Record<string, Host>>;
  readonly declared: Declared;
  readonly ledgerId: string;
  /** Which entry filled each slot when the stack was updated last. */
  readonly filledBefore: Readonly<Record<SlotName, number | null>>;
  readonly secret: SecretReader;
}

/** One service of an environment: its slots, routes and settled markers on all its hosts. */
export function declareService(inputs: ServiceInputs): ServiceOutputs {
  const { declared, hosts, ledgerId } = inputs;
  const addresses = Object.entries(hosts).map(([name, host]) => [name, declareOn(inputs, name, host)] as const);
  return {
    ledger: { id: ledgerId, head: declared.head },
    slots: { blue: slotOutput(declared.slots.blue), green: slotOutput(declared.slots.green) },
    settled: declared.settled,
    addresses: Object.fromEntries(addresses),
  };
}

function declareOn(inputs: ServiceInputs, host: string, of: Host): Record<SlotName, string> {
  const { settings, service, declared, secret } = inputs;
  const { environment, registries } = settings;
  const { route, strategy, ports } = requireService(settings, service);
  const provider = engineProvider(host, { engine: of.engine, shell: of.shell, registries, secret });
  const filled = slotNames.flatMap((slot) => declareSlot(inputs, host, slot, provider) ?? []);
  const addresses = {
    blue: addressOf(declared.slots.blue, "blue", host, of, ports),
    green: addressOf(declared.slots.green, "green", host, of, ports),
  };
  const { tickSeconds, leaseTicks } = strategy;
  const shadow = strategy.kind === "canary" && strategy.canary.shadow !== undefined;
  const routed = new ServiceRoute(
    `${host}-route`,
    { environment, host: of, service, route, slots: addresses, shadow, tickSeconds, leaseTicks, secret },
    { dependsOn: filled },
  );
  new SettledMarker(
    `${host}-settled`,
    {
      environment,
      host: of,
      service,
      slot: markerOn(declared, declared.settled, host),
      token: declared.settleToken,
      secret,
    },
    { dependsOn: [routed] },
  );
  return { blue: written(addresses.blue), green: written(addresses.green) };
}

function declareSlot(
  { settings: { environment }, service, declared, filledBefore, secret }: ServiceInputs,
  host: string,
  slot: SlotName,
  provider: docker.Provider,
): ServiceSlot | undefined {
  const filled = declared.slots[slot];
  if (!filled?.revision.hosts[host]) return undefined;
  const { revision, revisionHash, sequence, decision } = filled;
  const running = filledBefore[slot] === sequence;
  return new ServiceSlot(`${host}-${slot}`, {
    environment,
    host,
    service,
    slot,
    revision,
    revisionHash,
    secret,
    provider,
    running,
    decision,
  });
}

/** A slot stays at the address that it was filled at, whatever the settings say meanwhile. */
function addressOf(
  filled: Filled | null,
  slot: SlotName,
  host: string,
  { address }: Host,
  ports: ServiceSettings["ports"],
): SlotAddress {
  const place = filled?.revision.hosts[host];
  if (filled && place) return { address: place.address, port: filled.revision.ports[slot] };
  return { address, port: ports[slot] };
}

function slotOutput(filled: Filled | null): SlotOutput | null {
  if (filled === null) return null;
  const { revision, revisionHash, sequence } = filled;
  return { revision: revisionHash, version: revision.release.version, filledBy: sequence };
}

function requireService({ services, environment }: EnvironmentSettings, service: string): ServiceSettings {
  const found = services[service];
  if (found) return found;
  throw new InputError(`${environment} has no service ${service}:`, [
    { key: "services", message: `expected one of ${Object.keys(services).join(", ")}` },
  ]);
}

function written({ address, port }: SlotAddress): string {
  return `${address}:${port}`;
}
