import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Placement, Revision } from "../../infra/model/revision.ts";
import { isSecretReference } from "../../infra/model/settings/secret.ts";
import type { ContainerSettings } from "../../infra/model/settings/service.ts";
import { expandContainer, type TemplateValues } from "../../infra/model/settings/template.ts";
import { cpusText } from "./cpus.ts";
import { parseServiceName } from "../../infra/model/service-name.ts";
import type { SlotName } from "../../infra/model/slot.ts";
import { goDuration } from "./duration.ts";
import { noHealthcheck } from "./no-healthcheck.ts";
import { type HostName, networkName, slotContainerName } from "../../infra/model/names.ts";
import type { SecretReader } from "./secret-reader.ts";

/** One slot of a service on one host, with the revision that it runs. */
export interface SlotContents extends HostName {
  readonly service: string;
  readonly slot: SlotName;
  readonly revision: Revision;
  /** Hash of the revision in the ledger. */
  readonly revisionHash: string;
  readonly placement: Placement;
}

/**
 * The container that a revision asks for, as data.
 *
 * Only what the revision holds goes in, so the same revision declares the same container for ever.
 */
export function slotContainer(contents: SlotContents, secret: SecretReader): docker.ContainerArgs {
  const { service, slot, revision } = contents;
  const container = expandContainer(revision.container, templateValues(contents));
  return {
    name: slotContainerName(contents, service, slot),
    image: revision.release.image,
    ...(container.entrypoint ? { entrypoints: container.entrypoint } : {}),
    ...(container.command ? { command: container.command } : {}),
    ...(container.user ? { user: container.user } : {}),
    envs: envs(container, secret),
    ...network(contents),
    memory: container.memoryMegabytes,
    // Without it Docker fills in twice the memory, which every later preview would show as a change.
    memorySwap: container.memoryMegabytes,
    cpus: cpusText(container.cpus),
    readOnly: container.readOnly,
    tmpfs: container.tmpfs,
    mounts: container.mounts.map(({ source, target, readOnly }) => ({
      type: source.startsWith("/") ? "bind" : "volume",
      source,
      target,
      readOnly,
    })),
    capabilities: {
      drops: ["ALL"],
      ...(container.capabilities.length > 0 ? { adds: container.capabilities.map(fullCapability).sort() } : {}),
    },
    securityOpts: ["no-new-privileges:true"],
    ulimits: Object.entries(container.ulimits)
      .map(([name, { soft, hard }]) => ({ name, soft, hard }))
      .sort(byName),
    init: container.init,
    restart: container.restart,
    stopTimeout: container.stopSeconds,
    destroyGraceSeconds: container.stopSeconds,
    ...(container.stopSignal ? { stopSignal: container.stopSignal } : {}),
    logDriver: "json-file",
    logOpts: { "max-size": `${container.logs.maxMegabytes}m`, "max-file": String(container.logs.files) },
    labels: labels(contents, container.labels),
    ...health(container),
  };
}

/** Address of the slot for its host's gateway; the same whether the slot runs or not. */
export function slotAddress({ slot, revision, placement }: SlotContents): string {
  return `${placement.address}:${revision.ports[slot]}`;
}

function templateValues(contents: SlotContents): TemplateValues {
  const { slot, revision, placement } = contents;
  const address = placement.network === "host" ? placement.address : "0.0.0.0";
  return {
    slot: { name: slot, port: innerPort(contents), address },
    release: { version: revision.release.version },
  };
}

/** Port that the program itself listens on. */
function innerPort({ slot, revision, placement }: SlotContents): number {
  const own = revision.ports[slot];
  return placement.network === "host" ? own : (revision.container.port ?? own);
}

function network(contents: SlotContents): Pick<docker.ContainerArgs, "networkMode" | "ports"> {
  const { slot, revision, placement } = contents;
  switch (placement.network) {
    case "host":
      return { networkMode: "host" };
    case "bridge":
      return {
        networkMode: networkName(contents),
        ports: [
          {
            internal: innerPort(contents),
            external: revision.ports[slot],
            ip: placement.address,
            protocol: "tcp",
          },
        ],
      };
  }
}

function envs({ environment }: ContainerSettings, secret: SecretReader): pulumi.Input<string>[] {
  return Object.entries(environment)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      isSecretReference(value) ? pulumi.interpolate`${name}=${secret(value)}` : `${name}=${value}`,
    );
}

function labels(contents: SlotContents, given: ContainerSettings["labels"]): docker.types.input.ContainerLabel[] {
  const { org, service } = parseServiceName(contents.service);
  const own: Record<string, string> = {
    org,
    service,
    slot: contents.slot,
    version: contents.revision.release.version,
    "sluice.environment": contents.environment,
    "sluice.host": contents.host,
    "sluice.network": contents.placement.network,
    "sluice.revision": contents.revisionHash,
  };
  return Object.entries({ ...given, ...own })
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

function health({
  healthcheck,
}: ContainerSettings): Pick<docker.ContainerArgs, "healthcheck" | "wait" | "waitTimeout"> {
  if (!healthcheck) return { healthcheck: noHealthcheck };
  const { command, intervalSeconds, timeoutSeconds, retries, startSeconds } = healthcheck;
  return {
    healthcheck: {
      tests: ["CMD", ...command],
      interval: goDuration(intervalSeconds),
      timeout: goDuration(timeoutSeconds),
      retries,
      // Docker takes 0 for "as the image has it", and shows that in place of what was declared.
      startPeriod: goDuration(Math.max(startSeconds, 0.001)),
    },
    wait: true,
    // Long enough for Docker to give its verdict: `retries` whole rounds after the start period, and the start itself.
    waitTimeout: Math.ceil(startSeconds + retries * (intervalSeconds + timeoutSeconds)) + 30,
  };
}

/** Docker's full name of a capability, the form that newer engines answer with. */
function fullCapability(name: string): string {
  return name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
