import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineAnswers } from "./engine-api.ts";
import { LocalSetupError } from "./errors.ts";
import { findProgram, requireProgram } from "./programs.ts";
import { checkSocketPath } from "./run-folder.ts";
import type { ProcessSpec } from "./supervised.ts";

/** Where a host's Docker engine comes from. */
export type EngineSource =
  | { readonly kind: "private" } // a daemon of its own, gone with all its containers when the host stops
  | { readonly kind: "shared"; readonly socket: string } // one that runs anyway; what runs on it stays ours to remove
  | { readonly kind: "none"; readonly reason: string };

export type UsableEngine = Exclude<EngineSource, { kind: "none" }>;

export interface EngineFacts {
  readonly dockerd: boolean;
  readonly root: boolean;
  /** Socket of an engine that answers. */
  readonly answering: string | undefined;
}

/** A private daemon where one can be had: two hosts are then really two. */
export function chooseEngine({ dockerd, root, answering }: EngineFacts): EngineSource {
  if (dockerd && root) return { kind: "private" };
  if (answering) return { kind: "shared", socket: answering };
  const reason = dockerd
    ? "dockerd is here but only root can start it, and no Docker engine answers: run this with sudo, or start Docker"
    : "there is no dockerd, and no Docker engine answers: apt-get install --no-install-recommends docker.io";
  return { kind: "none", reason };
}

/** @throws LocalSetupError when there is no Docker to be had. */
export async function findEngine(): Promise<UsableEngine> {
  const socket = /^unix:\/\/(.+)$/.exec(process.env.DOCKER_HOST ?? "")?.[1] ?? "/var/run/docker.sock";
  const source = chooseEngine({
    dockerd: findProgram("dockerd") !== undefined,
    root: process.getuid?.() === 0,
    answering: (await engineAnswers(socket)) ? socket : undefined,
  });
  if (source.kind === "none") throw new LocalSetupError(source.reason);
  return source;
}

/**
 * Flags of a private daemon. It changes nothing of the machine's: no firewall rules, no forwarding, no default bridge.
 *
 * Containers may use the host's network, and bridge networks of their own with ports published on loopback: those go
 * through Docker's user-land proxy, which needs no firewall rules.
 */
export function dockerdArgs(folder: string, init: string | undefined): readonly string[] {
  return [
    ["--data-root", join(folder, "data")],
    ["--exec-root", join(folder, "exec")],
    ["--pidfile", join(folder, "dockerd.pid")],
    ["--host", `unix://${join(folder, "docker.sock")}`],
    ["--containerd", join(folder, "containerd.sock")],
    ["--bridge=none"],
    ["--iptables=false"],
    ["--ip6tables=false"],
    ["--userland-proxy=true"],
    ["--ip-forward=false"],
    ["--ip-masq=false"],
    init ? ["--init-path", init] : [],
  ].flat();
}

/** The processes of a private engine; its socket is `docker.sock` in the folder. */
export function engineProcesses(folder: string): readonly ProcessSpec[] {
  checkSocketPath(join(folder, "containerd.sock.ttrpc"));
  const config = join(folder, "containerd.toml");
  writeFileSync(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
  return [
    {
      // Its own even where the machine has one: dockerd would take that, and mix its containers with others'.
      name: "containerd",
      command: requireProgram("containerd", "containerd"),
      args: [
        ["--config", config],
        ["--root", join(folder, "containerd")],
        ["--state", join(folder, "containerd-state")],
        ["--address", join(folder, "containerd.sock")],
        ["--log-level", "warn"],
      ].flat(),
    },
    {
      name: "dockerd",
      command: requireProgram("dockerd", "docker.io"),
      args: dockerdArgs(folder, findProgram("docker-init") ?? findProgram("tini-static")),
    },
  ];
}
