import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Envelope } from "../../infra/model/envelope.ts";
import type { SecretReader } from "./secret-reader.ts";
import { slotAddress, slotContainer, type SlotContents } from "./slot-container.ts";

export interface ServiceSlotArgs extends Omit<SlotContents, "placement"> {
  /** Reads the values behind the revision's secret references. */
  secret: SecretReader;
  /** The host's engine. */
  provider: docker.Provider;
  /**
   * Whether this slot already runs this revision, put there by the same rollout. Its environment variables are then left
   * as they are: a secret that has a new value since comes in by a rollout, never by restarting a slot that serves.
   */
  running: boolean;
  /** The gates' signed decision for the revision, for the policy pack; null where the environment signs none. */
  decision: Envelope | null;
}

/**
 * One running copy of a service on one host, from a revision in the ledger.
 *
 * An empty slot is no `ServiceSlot` at all. A slot never decides whether it gets requests: the gateway does.
 */
export class ServiceSlot extends pulumi.ComponentResource {
  /** `address:port` for the host's gateway. Resolves once the container runs, and is healthy where it has a check. */
  public readonly address: pulumi.Output<string>;

  /** @throws InputPropertyError when the revision has no place on this host or holds an unknown placeholder. */
  constructor(name: string, args: ServiceSlotArgs, opts?: pulumi.ComponentResourceOptions) {
    const { environment, host, service, slot, revision, revisionHash, decision } = args;
    // Seen by policies, and by nothing else: what the slot runs is its children's.
    const seen = { environment, host, service, slot, revision: revisionHash, image: revision.release.image };
    super("sluice:docker:ServiceSlot", name, decision ? { ...seen, decision } : seen, opts);
    const contents = { ...args, placement: requirePlacement(args) };
    const wanted = requireContainer(contents, args.secret);
    const { provider, running } = args;

    // Kept when the slot is emptied: going back to an earlier release needs no registry then.
    const image = new docker.RemoteImage(
      name,
      { name: args.revision.release.image, keepLocally: true },
      { parent: this, provider },
    );
    const container = new docker.Container(
      name,
      { ...wanted, image: image.name },
      // Its port and name are fixed, so that a second container could not start beside the first.
      // Docker's provider takes a changed mount for an update, and then does nothing.
      {
        parent: this,
        provider,
        deleteBeforeReplace: true,
        replaceOnChanges: ["mounts", "tmpfs"],
        ...(running ? { ignoreChanges: ["envs"] } : {}),
      },
    );

    this.address = container.id.apply(() => slotAddress(contents));
    this.registerOutputs({});
  }
}

function requirePlacement({ revision, host }: ServiceSlotArgs): SlotContents["placement"] {
  const placement = revision.hosts[host];
  if (placement) return placement;
  throw new pulumi.InputPropertyError({
    propertyPath: "revision.hosts",
    reason: `expected a place on ${host}, found only ${Object.keys(revision.hosts).join(", ")}`,
  });
}

function requireContainer(contents: SlotContents, secret: SecretReader): docker.ContainerArgs {
  try {
    return slotContainer(contents, secret);
  } catch (error) {
    throw new pulumi.InputPropertyError({
      propertyPath: "revision.container",
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
