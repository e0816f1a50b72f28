import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { DockerHost } from "../components/docker/docker-host.ts";
import type { SecretReader } from "../components/docker/secret-reader.ts";
import { Gateway } from "../components/gateway/gateway.ts";
import type { EnvironmentSettings } from "../infra/model/settings/environment.ts";
import type { Host } from "../infra/model/settings/host.ts";
import { traitsOf } from "./traits.ts";

export interface EnvironmentOutputs {
  readonly ledger: { readonly id: string; readonly head: null };
  /** Of each host: where its gateway's status endpoint is. */
  readonly gateways: Readonly<Record<string, pulumi.Output<string>>>;
}

/** What all services of an environment share: its hosts and their gateways. */
export function declareEnvironment(
  settings: EnvironmentSettings,
  { ledgerId, secret }: { ledgerId: string; secret: SecretReader },
): EnvironmentOutputs {
  const { environment, registries } = settings;
  const gatewayOn = (host: string, of: Host): Gateway => {
    const names = { environment, host };
    const { engine, shell, network } = of;
    const { provider } = new DockerHost(host, { ...names, engine, shell, network, registries, secret });
    return declareGateway(settings, names, of, provider, secret);
  };
  const gateways = Object.entries(settings.hosts).map(([host, of]) => [host, gatewayOn(host, of).status] as const);
  return { ledger: { id: ledgerId, head: null }, gateways: Object.fromEntries(gateways) };
}

function declareGateway(
  { sites }: EnvironmentSettings,
  names: { environment: string; host: string },
  settings: Host,
  provider: docker.Provider,
  secret: SecretReader,
): Gateway {
  const { protectGateways } = traitsOf(names.environment);
  return new Gateway(`${names.host}-gateway`, {
    ...names,
    settings,
    sites,
    provider,
    secret,
    protectNginx: protectGateways,
  });
}
