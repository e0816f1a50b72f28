import * as pulumi from "@pulumi/pulumi";
import { hostCalls, routeFiles } from "../../infra/gateway/index.ts";
import type { Host } from "../../infra/model/settings/host.ts";
import type { RouteSettings } from "../../infra/model/settings/service.ts";
import type { SlotName } from "../../infra/model/slot.ts";
import { hostCommand } from "../docker/host-command.ts";
import type { SecretReader } from "../docker/secret-reader.ts";
import { statusOf } from "./gateway-config.ts";
import { scriptText } from "./host-script-call.ts";
import { propertyErrors } from "./property-errors.ts";

export interface ServiceRouteArgs {
  /** Name of the environment; its stack brings the host's gateway up. */
  environment: string;
  /** The host whose gateway gets the route. */
  host: Host;
  /** The service, as `org1/react-ui`. */
  service: string;
  /** Which requests belong to the service, and how they are passed on. */
  route: RouteSettings;
  /** Where the two slots are, whether they run or not. */
  slots: Readonly<Record<SlotName, { address: string; port: number }>>;
  /** Whether a candidate may get copies of users' safe requests. */
  shadow: boolean;
  /** Length of a lease's tick, in seconds. */
  tickSeconds: 1 | 10;
  /** Ticks of a lease beside the current one. */
  leaseTicks: number;
  /** Reads the key of an SSH shell. */
  secret: SecretReader;
}

/**
 * A service's part of a gateway's configuration: both slots' addresses and how requests come to them.
 *
 * It says nothing about which slot gets them. Changing it is a structural change: tested by nginx, swapped in and reloaded;
 * a configuration that nginx refuses fails the update with nginx's own message and leaves the old one serving.
 */
export class ServiceRoute extends pulumi.ComponentResource {
  /** Resolves once the gateway answers with the route. */
  public readonly applied: pulumi.Output<string>;

  /** @throws InputPropertiesError naming each setting that can't be written down for nginx. */
  constructor(name: string, args: ServiceRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:gateway:ServiceRoute", name, {}, opts);
    const { environment, host, service, route, slots, shadow, tickSeconds, leaseTicks, secret } = args;
    const call = hostCalls(host.root);
    const copies = shadow ? { copies: statusOf(host) } : {};
    const files = propertyErrors("route", () =>
      routeFiles(host.root, { service, ...route, ...copies, slots, tickSeconds }),
    );
    const apply = call.apply({ service }, files);
    const hint = `bring the environment up first (\`pulumi up -s ${environment}\`)`;
    // Applying again changes nothing, so that an update is the same call.
    const applied = scriptText([call.serviceInit(service, { tickSeconds, leaseTicks }), apply], hint);
    const command = hostCommand(
      name,
      {
        shell: host.shell,
        secret,
        create: applied,
        update: applied,
        delete: scriptText([call.remove({ service }), call.retireService(service)], hint),
        ...(apply.stdin === undefined ? {} : { stdin: apply.stdin }),
      },
      { parent: this },
    );
    this.applied = command.stdout;
    this.registerOutputs({});
  }
}
