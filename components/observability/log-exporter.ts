import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { exporterProgram } from "../../infra/gateway/index.ts";
import type { HostName } from "../../infra/model/names.ts";
import type { Host } from "../../infra/model/settings/host.ts";
import type { ExporterSettings } from "../../infra/model/settings/metrics.ts";
import { hostCommand } from "../docker/host-command.ts";
import type { SecretReader } from "../docker/secret-reader.ts";
import { exporterContainer, listenOf } from "./exporter-container.ts";
import { installProgramText, verifyExporterText } from "./exporter-text.ts";

export interface LogExporterArgs extends HostName {
  /** How the host is reached. */
  settings: Host;
  /** What counts its gateway's log. */
  exporter: ExporterSettings;
  /** The host's engine. */
  provider: docker.Provider;
  /** Reads the key of an SSH shell. */
  secret: SecretReader;
}

/**
 * Counts a gateway's access log for Prometheus: requests, status classes and times by organisation, service and slot.
 *
 * It is beside the gateway and never in its way: traffic needs it for nothing, and a rollout that is counted by it waits
 * when it falls silent.
 */
export class LogExporter extends pulumi.ComponentResource {
  /** `address:port` at which `/metrics` is scraped. Resolves once it answers there, with its program loaded. */
  public readonly address: pulumi.Output<string>;

  /** @throws InputPropertyError when Docker's provider can't hold the CPU limit. */
  constructor(name: string, args: LogExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:observability:LogExporter", name, {}, opts);
    const { settings, exporter, provider, secret } = args;
    const { root, shell } = settings;
    const program = exporterProgram(args);
    const wanted = requireContainer(args, program);
    const install = installProgramText(root);

    const written = hostCommand(
      `${name}-program`,
      { shell, secret, create: install, update: install, stdin: program },
      { parent: this },
    );
    const image = new docker.RemoteImage(name, { name: wanted.image, keepLocally: true }, { parent: this, provider });
    const container = new docker.Container(
      name,
      { ...wanted, image: image.name },
      {
        parent: this,
        provider,
        dependsOn: [written],
        deleteBeforeReplace: true,
        replaceOnChanges: ["mounts", "tmpfs"],
      },
    );
    const listen = listenOf(settings, exporter);
    const verified = hostCommand(
      `${name}-verified`,
      { shell, secret, create: verifyExporterText(listen), triggers: [container.id] },
      { parent: this, dependsOn: [container] },
    );
    this.address = verified.stdout.apply(() => `${listen.address}:${listen.port}`);
    this.registerOutputs({});
  }
}

function requireContainer(args: LogExporterArgs, program: string): docker.ContainerArgs {
  try {
    return exporterContainer(args, args.settings, args.exporter, program);
  } catch (error) {
    throw new pulumi.InputPropertyError({
      propertyPath: "exporter.cpus",
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
