import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../infra/model/settings/host.ts";
import { engineProvider, type EngineProviderArgs } from "./engine-provider.ts";
import { type HostName, networkName } from "../../infra/model/names.ts";

export interface DockerHostArgs extends EngineProviderArgs, HostName {
  /** Network of the host's slots: `bridge` makes one for them, `host` shares the host's. */
  network: Host["network"];
}

/** What all services on one Docker engine share: the connection to it and the network between slots. */
export class DockerHost extends pulumi.ComponentResource {
  /** Provider for further resources on the same engine. */
  public readonly provider: docker.Provider;

  constructor(name: string, args: DockerHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:docker:DockerHost", name, {}, opts);
    this.provider = engineProvider(name, args, { parent: this });
    if (args.network === "bridge") {
      new docker.Network(
        name,
        {
          name: networkName(args),
          driver: "bridge",
          labels: [
            { label: "sluice.environment", value: args.environment },
            { label: "sluice.host", value: args.host },
          ],
        },
        { parent: this, provider: this.provider, deleteBeforeReplace: true },
      );
    }
    this.registerOutputs({});
  }
}
