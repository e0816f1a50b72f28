import { createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { bridgeNames } from "./bridges.ts";
import { chooseEngine, dockerdArgs } from "./engine.ts";
import { PortInUseError } from "./errors.ts";
import { claimPort } from "./ports.ts";
import { accountOf } from "./postgres.ts";
import { requireProgram } from "./programs.ts";
import { isLocked, sshdConfig } from "./sshd.ts";

describe("the engine of local hosts", () => {
  const answering = "/var/run/docker.sock";
  it.each([
    ["a private one where dockerd can be started", { dockerd: true, root: true, answering }, { kind: "private" }],
    [
      "the one that runs, without root",
      { dockerd: true, root: false, answering },
      { kind: "shared", socket: answering },
    ],
    [
      "the one that runs, without dockerd",
      { dockerd: false, root: true, answering },
      { kind: "shared", socket: answering },
    ],
    [
      "none, and says what to do, without root",
      { dockerd: true, root: false, answering: undefined },
      {
        kind: "none",
        reason:
          "dockerd is here but only root can start it, and no Docker engine answers: run this with sudo, or start Docker",
      },
    ],
    [
      "none, and says what to do, without Docker",
      { dockerd: false, root: true, answering: undefined },
      {
        kind: "none",
        reason: "there is no dockerd, and no Docker engine answers: apt-get install --no-install-recommends docker.io",
      },
    ],
  ] as const)("is %s", (_what, facts, source) => {
    expect(chooseEngine(facts)).toEqual(source);
  });

  it("keeps to its folder and changes nothing of the machine's network", () => {
    expect(dockerdArgs("/run/one", "/usr/bin/docker-init")).toEqual([
      "--data-root",
      "/run/one/data",
      "--exec-root",
      "/run/one/exec",
      "--pidfile",
      "/run/one/dockerd.pid",
      "--host",
      "unix:///run/one/docker.sock",
      "--containerd",
      "/run/one/containerd.sock",
      "--bridge=none",
      "--iptables=false",
      "--ip6tables=false",
      "--userland-proxy=true",
      "--ip-forward=false",
      "--ip-masq=false",
      "--init-path",
      "/usr/bin/docker-init",
    ]);
  });

  it("leaves bridges that are named for its networks", () => {
    const [one, two] = ["0123456789abcdef".repeat(4), "f".repeat(64)];
    expect(bridgeNames(`\0\x01{"id":"${one}"}\0${two}/x\0${one}\0${"a".repeat(63)}`)).toEqual([
      "br-0123456789ab",
      "br-ffffffffffff",
    ]);
  });
});

describe("sshd", () => {
  it("lets in by key only, and reads nothing outside its folder", () => {
    expect(sshdConfig("/run/one", "127.0.9.1", 2222, false).split("\n")).toEqual(
      expect.arrayContaining([
        "ListenAddress 127.0.9.1:2222",
        "HostKey /run/one/ssh_host_key",
        "AuthorizedKeysFile /run/one/authorized_keys",
        "PermitRootLogin prohibit-password",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "UsePAM no",
        "MaxSessions 100",
      ]),
    );
  });

  it.each([
    ["root:!:19000:0:99999:7:::", true],
    ["root:!$6$salt$hash:19000:", true],
    ["root:*:19000:", false],
    ["root:$6$salt$hash:19000:", false],
    ["rooter:!:19000:", false],
  ])("knows from %j that root is locked: %s", (line, locked) => {
    expect(isLocked(`daemon:*:1:\n${line}\n`, "root")).toBe(locked);
  });
});

describe("what local parts need", () => {
  it("is an account whose ids are read from passwd", () => {
    const passwd = "postgresql:x:1:2:::\npostgres:x:107:115:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";
    expect(accountOf(passwd, "postgres")).toEqual({ uid: 107, gid: 115 });
    expect(accountOf(passwd, "nobody")).toBeUndefined();
  });

  it("is a program, or the package that brings it is named", () => {
    expect(requireProgram("sh", "dash")).toMatch(/\/sh$/);
    expect(() => requireProgram("no-such-program", "its-package")).toThrow(
      "no-such-program is needed and was not found: apt-get install --no-install-recommends its-package",
    );
  });

  it("is a free port, or it says who wanted it", async () => {
    const free = await claimPort("127.0.94.9", 0, "a test");
    expect(await claimPort("127.0.94.9", free, "a test")).toBe(free);
    const server = createServer().listen(free, "127.0.94.9");
    await once(server, "listening");
    const claim = claimPort("127.0.94.9", free, "a test");
    await expect(claim).rejects.toThrow(PortInUseError);
    await expect(claim).rejects.toThrow(`127.0.94.9:${free} is in use, and a test was to listen there`);
    server.close();
  });
});
