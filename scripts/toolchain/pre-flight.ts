import { OS_PARTS, type Need, type OsPartName } from "./os-parts.ts";

/** What a machine can do, as far as a set-up depends on it. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly node: string; // of the process that started everything
  readonly hasNpm: boolean;
  readonly hasFlock: boolean;
  readonly root: "root" | "sudo" | "no";
  readonly hasApt: boolean;
  readonly missing: readonly OsPartName[];
  /** Whether an engine is there, or how one could come: built with Go, with Go by pip, or not at all. */
  readonly engine: "present" | "installable" | "go" | "pip" | "no";
  readonly freeBytes: number; // on the cache's file system
}

/** Something that stops a set-up: what, why it matters, and the command that mends it. */
export interface Obstacle {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** A build of the engine leaves about this much in the caches of Go and of Sluice. */
const BUILD_BYTES = 6 * 1024 ** 3;

/** Everything that will stop a set-up, found before its first long step. Pure. */
export function preFlight(machine: Machine, needs: readonly Need[]): Obstacle[] {
  const obstacles: Obstacle[] = [];
  const { platform, arch, missing } = machine;
  if (platform !== "linux") {
    obstacles.push({
      what: `this is ${platform}, not Linux`,
      why: "hosts, gateways and their tests are Linux programs",
      fix: "run it on Debian or Ubuntu, in a virtual machine for example",
    });
  } else if (arch !== "x64" && arch !== "arm64") {
    obstacles.push({
      what: `the processor is ${arch}`,
      why: "Node and Docker images are for x64 and arm64",
      fix: "use one of those",
    });
  }
  if (Number(machine.node.split(".")[0]) < 20) {
    obstacles.push({
      what: `Node is ${machine.node}`,
      why: "the commands need 20 or later",
      fix: "apt-get install nodejs, or nodejs.org",
    });
  }
  if (!machine.hasNpm)
    obstacles.push({ what: "there is no npm", why: "packages come by it", fix: "apt-get install npm" });
  if (!machine.hasFlock) {
    obstacles.push({ what: "there is no flock", why: "it keeps two set-ups apart", fix: "apt-get install util-linux" });
  }
  if (missing.length > 0) obstacles.push(...whyNotInstallable(machine));
  if (needs.includes("pulumi")) obstacles.push(...whyNoEngine(machine));
  return obstacles;
}

function whyNotInstallable({ root, hasApt, missing, platform }: Machine): Obstacle[] {
  const packages = missing.flatMap((name) => OS_PARTS[name].packages);
  const what = `missing: ${missing.map((name) => OS_PARTS[name].what).join(", ")}`;
  if (platform !== "linux") return [];
  if (!hasApt) {
    return [
      { what, why: "there is no apt-get to install them by", fix: `install what Debian calls ${packages.join(", ")}` },
    ];
  }
  if (root === "no") {
    const fix = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`;
    return [{ what, why: "installing them takes root, or sudo without a password", fix }];
  }
  return [];
}

function whyNoEngine({ engine, freeBytes }: Machine): Obstacle[] {
  switch (engine) {
    case "present":
    case "installable":
      return [];
    case "go":
    case "pip":
      if (freeBytes >= BUILD_BYTES) return [];
      return [
        {
          what: `${(freeBytes / 1024 ** 3).toFixed(1)} GB are free for the cache`,
          why: `building the Pulumi engine takes about ${BUILD_BYTES / 1024 ** 3} GB`,
          fix: "free some, or set SLUICE_CACHE to a folder with more",
        },
      ];
    case "no":
      return [
        {
          what: "there is no Pulumi, and nothing to build it with (Go 1.25.11 or later, or pip to get it)",
          why: "environments are declared with Pulumi, and its own installer can't be reached",
          fix: "apt-get install python3-pip, or install Go or Pulumi",
        },
      ];
  }
}

/** The obstacles as a person reads them. */
export function explain(obstacles: readonly Obstacle[]): string {
  return obstacles.map(({ what, why, fix }) => `- ${what}\n  why: ${why}\n  fix: ${fix}`).join("\n");
}
