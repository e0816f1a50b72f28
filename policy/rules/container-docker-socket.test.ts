import { describe, expect, it } from "vitest";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { VOLUME } from "../types.ts";
import { containerDockerSocket as rule } from "./container-docker-socket.ts";

const config = { sockets: ["/var/run/docker.sock"] };
const provider = { host: "unix:///srv/engine/docker-a" };
const expected = "a path that neither is nor contains /var/run/docker.sock, /srv/engine/docker-a";
const given = { config, provider };

describe(rule.name, () => {
  it.each(["/datadisk/sluice", "/var/run2", "/srv/engine-data", "docker.sock"])(
    "accepts a mount of %s",
    async (source) => {
      expect(await judge(rule, { mounts: [{ source }], volumes: [{ hostPath: source }] }, given)).toBe("passes");
    },
  );

  it.each([
    "/var/run/docker.sock",
    "/var/run/",
    "/var/./lib/../run",
    "/var",
    "/",
    "/srv/engine/docker-a",
    "/srv/engine",
    "/home/me/docker.sock",
    "/proc/1/root/run",
  ])("refuses a mount of %s", async (path) => {
    expect(await judge(rule, { mounts: [{ source: path }] }, given)).toEqual([
      `mounts.0.source: ${path} | ${expected}`,
    ]);
    expect(await judge(rule, { volumes: [{}, { hostPath: path }] }, given)).toEqual([
      `volumes.1.hostPath: ${path} | ${expected}`,
    ]);
  });

  it("refuses what another container has mounted: nobody sees here what that is", async () => {
    expect(await judge(rule, { volumes: [{}, { fromContainer: "gateway" }] })).toEqual([
      "volumes.1.fromContainer: gateway | mounts that are declared here",
    ]);
    expect(await judge(rule, { volumes: [{ fromContainer: UNKNOWN }] })).toHaveLength(1);
  });

  it("knows the usual sockets by itself", async () => {
    for (const source of ["/run", "/var/run", "/run/containerd", "/run/podman/podman.sock"]) {
      expect(await judge(rule, { mounts: [{ source }] })).toHaveLength(1);
    }
  });

  it("refuses volumes that are made of such a folder", async () => {
    const driverOptions = { type: "none", o: "bind", device: "/var/run" };
    expect(await judge(rule, { mounts: [{ source: "v", volumeOptions: { driverOptions } }] }, given)).toEqual([
      `mounts.0.volumeOptions.driverOptions.device: /var/run | ${expected}`,
    ]);
    expect(await judge(rule, { driverOpts: driverOptions }, { ...given, type: VOLUME })).toEqual([
      `driverOpts.device: /var/run | ${expected}`,
    ]);
  });
});
