import { describe, expect, it } from "vitest";
import { installCommand, joinHostScript, renderHostSettings, shellQuoted } from "./host-script.ts";

describe("host script", () => {
  it("is one file from its parts, in order", () => {
    expect(joinHostScript(["#!/bin/sh\na\n", "b\n"])).toBe("#!/bin/sh\na\n\nb\n");
  });

  it("gets the settings of a container gateway as quoted assignments", () => {
    const gateway = {
      kind: "container",
      container: "gw",
      docker: "docker",
      dockerHost: "unix:///run/d's.sock",
    } as const;
    expect(renderHostSettings({ root: "/datadisk", gateway, status: "127.0.1.1:9180", runAs: "101:101" })).toBe(
      [
        "SLUICE_ROOT='/datadisk'",
        "SLUICE_STATUS='127.0.1.1:9180'",
        "SLUICE_LOCK_SECONDS='5'",
        "SLUICE_RELOAD_SECONDS='15'",
        "SLUICE_RUN_AS='101:101'",
        "SLUICE_GATEWAY='container'",
        "SLUICE_NGINX='nginx'",
        "SLUICE_CONTAINER='gw'",
        "SLUICE_DOCKER='docker'",
        "DOCKER_HOST='unix:///run/d'\\''s.sock'",
        "export DOCKER_HOST",
        "",
      ].join("\n"),
    );
  });

  it("gets the settings of the host's own nginx, without a Docker", () => {
    const settings = {
      root: "/datadisk",
      gateway: { kind: "package", nginx: "/usr/sbin/nginx" },
      status: "127.0.1.1:9180",
    } as const;
    expect(renderHostSettings({ ...settings, lockSeconds: 2, reloadSeconds: 3 })).toBe(
      [
        "SLUICE_ROOT='/datadisk'",
        "SLUICE_STATUS='127.0.1.1:9180'",
        "SLUICE_LOCK_SECONDS='2'",
        "SLUICE_RELOAD_SECONDS='3'",
        "SLUICE_GATEWAY='process'",
        "SLUICE_NGINX='/usr/sbin/nginx'",
        "",
      ].join("\n"),
    );
  });

  it("is installed by renames only, whatever the settings hold", () => {
    expect(installCommand("/datadisk", "A='b'\n")).toEqual([
      "sh",
      "-c",
      [
        "set -eu",
        "umask 022",
        "mkdir -p '/datadisk/sluice/bin'",
        "printf %s 'A='\\''b'\\''\n' > '/datadisk/sluice/bin/sluice-host.conf.new'",
        "mv -f '/datadisk/sluice/bin/sluice-host.conf.new' '/datadisk/sluice/bin/sluice-host.conf'",
        "cat > '/datadisk/sluice/bin/sluice-host.new'",
        "chmod 755 '/datadisk/sluice/bin/sluice-host.new'",
        "mv -f '/datadisk/sluice/bin/sluice-host.new' '/datadisk/sluice/bin/sluice-host'",
      ].join("\n"),
    ]);
  });

  it("quotes any word for the shell", () => {
    expect(shellQuoted("it's $HOME")).toBe("'it'\\''s $HOME'");
  });
});
