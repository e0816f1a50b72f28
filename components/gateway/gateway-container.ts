import type * as docker from "@pulumi/docker";
import { gatewayCommand, gatewayMounts } from "../../infra/gateway/paths.ts";
import type { EnvironmentSettings } from "../../infra/model/settings/environment.ts";
import type { Host } from "../../infra/model/settings/host.ts";
import { gatewayContainerName, type HostName } from "../../infra/model/names.ts";
import { noHealthcheck } from "../docker/no-healthcheck.ts";
import { certificateFolders } from "./gateway-config.ts";

/** nginx that knows `keepalive_min_timeout`; settings pin it by digest. */
export const officialImage = "docker.io/library/nginx:1.28";

/**
 * The gateway's container. It shares the host's network, so that it reaches slots on loopback and sees its clients'
 * addresses, and can write nothing but its logs and its own temporary files.
 */
export function gatewayContainer(
  name: HostName,
  { root, gateway }: Host,
  sites: EnvironmentSettings["sites"],
): docker.ContainerArgs {
  const [binary = "nginx", ...args] = gatewayCommand(root);
  const mounts = [...gatewayMounts(root), ...certificateFolders(sites).map((folder) => ({ folder, readOnly: true }))];
  return {
    name: gatewayContainerName(name),
    image: gateway.image ?? officialImage,
    // Past the official image's entry script, which would edit files of its read-only root.
    entrypoints: [binary],
    command: args,
    networkMode: "host",
    readOnly: true,
    tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
    mounts: mounts.map(({ folder, readOnly }) => ({ type: "bind", source: folder, target: folder, readOnly })),
    // Listen on ports below 1024; start and signal workers that run as another user, and share folders with them and
    // with the user of the host's shell.
    capabilities: {
      drops: ["ALL"],
      adds: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETGID", "CAP_SETUID"],
    },
    securityOpts: ["no-new-privileges:true"],
    restart: "unless-stopped",
    // Whether it answers is seen from outside, by the command that verifies the gateway.
    healthcheck: noHealthcheck,
    // nginx's own way to end: it accepts nothing new and finishes what it has, for as long as the settings say.
    stopSignal: "SIGQUIT",
    stopTimeout: gateway.drainSeconds,
    destroyGraceSeconds: gateway.drainSeconds,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    labels: [
      { label: "sluice.environment", value: name.environment },
      { label: "sluice.host", value: name.host },
      { label: "sluice.role", value: "gateway" },
    ],
  };
}
