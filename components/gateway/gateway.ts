import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import {
  gatewayFiles,
  gatewayPaths,
  hostCalls,
  hostScriptParts,
  type HostSettings,
  installCommand,
  joinHostScript,
  renderHostSettings,
} from "../../infra/gateway/index.ts";
import type { EnvironmentSettings } from "../../infra/model/settings/environment.ts";
import type { Host } from "../../infra/model/settings/host.ts";
import { hostCommand } from "../docker/host-command.ts";
import { gatewayContainerName, type HostName } from "../../infra/model/names.ts";
import type { SecretReader } from "../docker/secret-reader.ts";
import { gatewayConfigOf, statusOf } from "./gateway-config.ts";
import { gatewayContainer } from "./gateway-container.ts";
import { commandText, scriptText } from "./host-script-call.ts";
import { startPackage, stopPackage } from "./package-process.ts";
import { propertyErrors } from "./property-errors.ts";
import { verifyText } from "./verify-text.ts";

export interface GatewayArgs extends HostName {
  /** How the host is reached, and how nginx runs on it. */
  settings: Host;
  /** What the gateway serves: server blocks, by name. */
  sites: EnvironmentSettings["sites"];
  /** The host's engine. */
  provider: docker.Provider;
  /** Reads the key of an SSH shell. */
  secret: SecretReader;
  /**
   * Refuse to delete or replace nginx until somebody takes the protection off (`pulumi state unprotect`).
   * @default false
   */
  protectNginx?: boolean;
  /**
   * The gateway that has to answer, changed or not, before this one is touched.
   * @default none
   */
  after?: Gateway | undefined;
}

/**
 * nginx on one host, and the host script that alone moves its traffic.
 *
 * Only the environment's stack owns gateways, so that no rollout ever touches one. Replacing nginx itself drops
 * connections: it shows as a replacement in the preview, and it ends with SIGQUIT, which finishes requests under way for
 * at most `drainSeconds`; new connections are refused from then until the new one listens.
 */
export class Gateway extends pulumi.ComponentResource {
  /** `address:port` of the status endpoint. Resolves once nginx answers there with the declared configuration. */
  public readonly status: pulumi.Output<string>;

  readonly #verified: pulumi.Resource;

  /** @throws InputPropertiesError naming each setting that can't be written down for nginx. */
  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:gateway:Gateway", name, {}, opts);
    const { settings, sites, secret } = args;
    const { root, shell } = settings;
    const files = propertyErrors("settings", () => gatewayFiles(gatewayConfigOf(settings, sites)));
    const apply = hostCalls(root).apply("base", files);
    const stdin = apply.stdin ?? "";
    const hint = "the host script was not installed";

    const installed = commandText(installCommand(root, renderHostSettings(scriptSettings(args))));
    const script = hostCommand(
      `${name}-script`,
      { shell, secret, create: installed, update: installed, stdin: hostScript() },
      { parent: this, dependsOn: args.after ? [args.after.#verified] : [] },
    );
    const applied = scriptText([apply], hint);
    const config = hostCommand(
      `${name}-config`,
      { shell, secret, create: applied, update: applied, stdin },
      { parent: this, dependsOn: [script] },
    );
    const nginx = this.startNginx(name, args, config);
    const verified = hostCommand(
      `${name}-verified`,
      { shell, secret, create: verifyText(root, apply), stdin, triggers: [nginx.id] },
      { parent: this, dependsOn: [nginx] },
    );
    const { address, port } = statusOf(settings);
    this.#verified = verified;
    this.status = verified.stdout.apply(() => `${address}:${port}`);
    this.registerOutputs({});
  }

  private startNginx(name: string, args: GatewayArgs, config: pulumi.Resource): pulumi.CustomResource {
    const { settings, sites, provider, secret, protectNginx = false } = args;
    const own = { parent: this, dependsOn: [config], ...(protectNginx ? { protect: true } : {}) };
    switch (settings.gateway.kind) {
      case "container": {
        const wanted = gatewayContainer(args, settings, sites);
        const image = new docker.RemoteImage(
          name,
          { name: wanted.image, keepLocally: true },
          { parent: this, provider },
        );
        return new docker.Container(
          name,
          { ...wanted, image: image.name },
          { ...own, provider, deleteBeforeReplace: true, replaceOnChanges: ["mounts", "tmpfs"] },
        );
      }
      case "package": {
        const { binary, drainSeconds } = settings.gateway;
        const start = startPackage(args, settings.root, binary);
        return hostCommand(
          name,
          {
            shell: settings.shell,
            secret,
            create: start,
            update: start,
            delete: stopPackage(args, gatewayPaths(settings.root).pidFile, drainSeconds),
          },
          own,
        );
      }
    }
  }
}

/** What the host script must know of its gateway. */
function scriptSettings(args: GatewayArgs): HostSettings {
  const { root, gateway, engine } = args.settings;
  const { address, port } = statusOf(args.settings);
  return {
    root,
    status: `${address}:${port}`,
    gateway:
      gateway.kind === "package"
        ? { kind: "package", nginx: gateway.binary }
        : {
            kind: "container",
            container: gatewayContainerName(args),
            docker: "docker",
            // On the host itself; an engine reached over the network is at its usual place there.
            dockerHost: engine.kind === "unix" ? `unix://${engine.socket}` : "",
          },
  };
}

function hostScript(): string {
  return joinHostScript(hostScriptParts.map((part) => readFileSync(part, "utf8")));
}
