import type * as pulumi from "@pulumi/pulumi";
import { DockerHost } from "../components/docker/docker-host.ts";
import { DeliveryEnvironment } from "../components/github/delivery-environment.ts";
import { LogExporter } from "../components/observability/log-exporter.ts";
import type { SecretReader } from "../components/docker/secret-reader.ts";
import { Gateway } from "../components/gateway/gateway.ts";
import type { EnvironmentSettings } from "../infra/model/settings/environment.ts";
import { traitsOf } from "./traits.ts";

export interface EnvironmentOutputs {
  readonly ledger: { readonly id: string; readonly head: null };
  /** Of each host: where its gateway's status endpoint is. */
  readonly gateways: Readonly<Record<string, pulumi.Output<string>>>;
  /** Of each host that has one: where its exporter is scraped. */
  readonly exporters?: Readonly<Record<string, pulumi.Output<string>>>;
  /** Id of the environment on GitHub, where one is declared: `repository:environment`. */
  readonly github?: pulumi.Output<string>;
}

/**
 * What all services of an environment share: its hosts, their gateways, and its environment on GitHub.
 *
 * Gateways are changed one after another, in the order of the settings: what fails on one host, or keeps it from
 * answering, never comes to the next.
 */
export function declareEnvironment(
  settings: EnvironmentSettings,
  { ledgerId, secret }: { ledgerId: string; secret: SecretReader },
): EnvironmentOutputs {
  const { environment, registries, sites, github } = settings;
  const { protectGateways } = traitsOf(environment);
  const gateways: Record<string, pulumi.Output<string>> = {};
  const exporters: Record<string, pulumi.Output<string>> = {};
  let after: Gateway | undefined;
  for (const [host, of] of Object.entries(settings.hosts)) {
    const { engine, shell, network } = of;
    const names = { environment, host };
    const { provider } = new DockerHost(host, { ...names, engine, shell, network, registries, secret });
    const common = { settings: of, sites, provider, secret, protectNginx: protectGateways, after };
    after = new Gateway(`${host}-gateway`, { ...names, ...common });
    gateways[host] = after.status;
    if (of.exporter === undefined) continue;
    const counting = { ...names, settings: of, exporter: of.exporter, provider, secret };
    exporters[host] = new LogExporter(`${host}-exporter`, counting, { dependsOn: [after] }).address;
  }
  const onGithub = github && new DeliveryEnvironment("github", { environment, settings: github, secret });
  return {
    ledger: { id: ledgerId, head: null },
    gateways,
    ...(Object.keys(exporters).length > 0 ? { exporters } : {}),
    ...(onGithub === undefined ? {} : { github: onGithub.environmentId }),
  };
}
