import type * as docker from "@pulumi/docker";
import { exporterCommand, exporterMounts, programKey } from "../../infra/gateway/index.ts";
import { exporterContainerName, type HostName } from "../../infra/model/names.ts";
import type { Host } from "../../infra/model/settings/host.ts";
import type { ExporterSettings } from "../../infra/model/settings/metrics.ts";
import { cpusText } from "../docker/cpus.ts";
import { noHealthcheck } from "../docker/no-healthcheck.ts";

/** Where an exporter is scraped. */
export function listenOf({ address }: Host, exporter: ExporterSettings): { address: string; port: number } {
  return { address: exporter.address ?? address, port: exporter.port };
}

/**
 * mtail as a container that can do nothing but read the gateway's logs and its program: it runs as nobody, without
 * capabilities, and writes nowhere.
 */
export function exporterContainer(
  name: HostName,
  host: Host,
  exporter: ExporterSettings,
  program: string,
): docker.ContainerArgs {
  const [binary = "mtail", ...args] = exporterCommand(host.root, listenOf(host, exporter), exporter.binary);
  return {
    name: exporterContainerName(name),
    image: exporter.image,
    entrypoints: [binary],
    command: args,
    user: "65534:65534",
    networkMode: "host",
    readOnly: true,
    tmpfs: { "/tmp": "rw,noexec,nosuid,size=4m" },
    mounts: exporterMounts(host.root).map((folder) => ({
      type: "bind",
      source: folder,
      target: folder,
      readOnly: true,
    })),
    memory: exporter.memoryMegabytes,
    // Without it Docker fills in twice the memory, which every later preview would show as a change.
    memorySwap: exporter.memoryMegabytes,
    cpus: cpusText(exporter.cpus),
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    restart: "unless-stopped",
    // An image with mtail needs nothing else in it, so whether it answers is seen from outside.
    healthcheck: noHealthcheck,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "2" },
    labels: [
      { label: "sluice.environment", value: name.environment },
      { label: "sluice.host", value: name.host },
      { label: "sluice.program", value: programKey(program) },
      { label: "sluice.role", value: "exporter" },
    ],
  };
}
