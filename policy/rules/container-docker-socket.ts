import { posix } from "node:path";
import { z } from "zod";
import { defineRule, type Resource, type Violation } from "../rule.ts";
import { CONTAINER, VOLUME } from "../types.ts";

const driverOptions = z.record(z.string(), z.string()).default({});

/** Whoever reaches the engine's socket is root on the host. A folder that contains it shows it. */
export const containerDockerSocket = defineRule({
  name: "container-docker-socket",
  description:
    "No container gets the Docker engine's socket, nor a folder of the host that contains it, nor another one's mounts.",
  types: [CONTAINER, VOLUME],
  properties: z.object({
    mounts: z
      .array(
        z.object({
          source: z.string().default(""),
          volumeOptions: z.object({ driverOptions }).prefault({}),
        }),
      )
      .default([]),
    volumes: z.array(z.object({ hostPath: z.string().default(""), fromContainer: z.string().default("") })).default([]),
    driverOpts: driverOptions,
  }),
  config: {
    sockets: z
      .array(z.string().startsWith("/", "expected an absolute path"))
      .default([
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/var/run/containerd/containerd.sock",
        "/run/podman/podman.sock",
      ])
      .describe("Sockets of engines, beside the one that the container is declared through"),
  },
  judge: ({ properties: { mounts, volumes, driverOpts }, provider }, config) => {
    const sockets = [...config.sockets, ...socketOf(provider)];
    const folders: (readonly [string, string | undefined])[] = [
      ...mounts.flatMap(({ source, volumeOptions }, index) => [
        [`mounts.${index}.source`, source] as const,
        [`mounts.${index}.volumeOptions.driverOptions.device`, volumeOptions.driverOptions["device"]] as const,
      ]),
      ...volumes.map(({ hostPath }, index) => [`volumes.${index}.hostPath`, hostPath] as const),
      ["driverOpts.device", driverOpts["device"]],
    ];
    const shown = folders.flatMap(([property, folder]): Violation[] =>
      folder?.startsWith("/") && shows(folder, sockets)
        ? [{ property, found: folder, expected: `a path that neither is nor contains ${sockets.join(", ")}` }]
        : [],
    );
    const taken = volumes.flatMap(({ fromContainer }, index): Violation[] =>
      fromContainer === ""
        ? []
        : [
            {
              property: `volumes.${index}.fromContainer`,
              found: fromContainer,
              expected: "mounts that are declared here",
            },
          ],
    );
    return [...shown, ...taken];
  },
});

/** Also by any other name of such a socket, and by the root folders of processes. */
function shows(folder: string, sockets: readonly string[]): boolean {
  const path = posix.normalize(folder).replace(/(.)\/$/, "$1");
  const below = path === "/" ? "/" : `${path}/`;
  if (/^\/proc(\/|$)/.test(path) || /^(docker|containerd|podman)\.sock$/.test(posix.basename(path))) return true;
  return sockets.some((socket) => posix.normalize(socket) === path || posix.normalize(socket).startsWith(below));
}

function socketOf(provider: Resource["provider"]): string[] {
  const host = z.object({ host: z.string().default("") }).parse(provider ?? {}).host;
  return host.startsWith("unix://") ? [host.slice("unix://".length)] : [];
}
