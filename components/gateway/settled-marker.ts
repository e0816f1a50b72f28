import * as pulumi from "@pulumi/pulumi";
import { hostCalls } from "../../infra/gateway/index.ts";
import type { Host } from "../../infra/model/settings/host.ts";
import type { SlotName } from "../../infra/model/slot.ts";
import { hostCommand } from "../docker/host-command.ts";
import type { SecretReader } from "../docker/secret-reader.ts";
import { scriptText } from "./host-script-call.ts";

export interface SettledMarkerArgs {
  /** Name of the environment; its stack brings the host's gateway up. */
  environment: string;
  /** The host whose gateway looks the marker up. */
  host: Host;
  /** The service, as `org1/react-ui`. */
  service: string;
  /** The slot that serves the users; `null` answers 503 until a first release is settled. */
  slot: SlotName | null;
  /** Number of the ledger's entry that settled it: the host refuses a move that is older than one it has seen. */
  token: number;
  /** Reads the key of an SSH shell. */
  secret: SecretReader;
}

/**
 * Which slot of a service is settled on one gateway.
 *
 * A rollout moves the marker by the same call of the host script; the next update then finds it where it declares it.
 */
export class SettledMarker extends pulumi.ComponentResource {
  constructor(name: string, args: SettledMarkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:gateway:SettledMarker", name, {}, opts);
    const { environment, host, service, slot, token, secret } = args;
    const hint = `bring the environment up first (\`pulumi up -s ${environment}\`)`;
    const settle = scriptText([hostCalls(host.root).settle(service, token, slot)], hint);
    // No triggers and no delete: a replacement would run the old delete last, and take the new marker away.
    hostCommand(name, { shell: host.shell, secret, create: settle, update: settle }, { parent: this });
    this.registerOutputs({});
  }
}
