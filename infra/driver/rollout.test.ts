import { describe, expect, it } from "vitest";
import { declared } from "../ledger/declared.ts";
import { digestFor, revisionOf, stream } from "../ledger/testing/events.ts";
import { quarantine, rollouts } from "../ledger/rollouts.ts";
import { RefusedError } from "../model/errors.ts";
import { healthSettings } from "../model/settings/health.ts";
import type { HostPort } from "./ports.ts";
import { startRollout } from "./rollout.ts";
import { canary, drive, plan, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const promoted = (id: string) => ({ kind: "ended", rollout: id, state: { phase: "promoted" } });
const kinds = (world: World) => world.ledger.entries.map(({ event }) => event.kind);

async function settledWorld(...versions: string[]): Promise<World> {
  const world = new World();
  await settle(world, ...versions);
  return world;
}

describe("a rollout", () => {
  it("settles a first release once it is verified, without a share under lease", async () => {
    const world = new World();
    const { outcome, driver } = await drive(world, rollOut("1.0.0"));
    expect(outcome).toEqual(promoted("r-1-0-0"));
    expect(world.disagreements()).toEqual([]);
    expect(world.hosts.map(({ settled }) => settled)).toEqual(["blue", "blue"]);
    expect(kinds(world)).toEqual([
      "requested",
      "gate",
      "gate",
      "started",
      "filled",
      "prepared",
      "verified",
      "promoting",
      "promoted",
    ]);
    expect(driver.names.slice(-2)).toEqual(["host-a collect", "host-b collect"]);
  });

  it("brings a second one in through the other slot, and leaves the first one warm", async () => {
    const world = await settledWorld("1.0.0");
    const { outcome } = await drive(world, rollOut("1.1.0"));
    expect(outcome).toEqual(promoted("r-1-1-0"));
    expect(world.disagreements()).toEqual([]);
    const { settled, slots } = declared(world.ledger.entries);
    expect([settled, slots.blue?.revision.release.version, slots.green?.revision.release.version]).toEqual([
      "green",
      "1.0.0",
      "1.1.0",
    ]);
    expect(
      rollouts(world.ledger.entries)
        .at(-1)
        ?.looks.map(({ result }) => result),
    ).toEqual(["healthy", "healthy"]);
  });

  it("goes through every step of a canary in its order", async () => {
    const world = await settledWorld("1.0.0");
    await drive(world, rollOut("1.1.0", canary));
    const steps = world.ledger.entries.flatMap(({ event }) => (event.kind === "step" ? event.percent : []));
    expect(steps.slice(-2)).toEqual([10, 100]);
    expect(world.disagreements()).toEqual([]);
  });

  it("never shows users a release that fails its private checks", async () => {
    const world = await settledWorld("1.0.0");
    world.behaviours.set("1.1.0", { privately: "ill" });
    const { outcome, driver } = await drive(world, rollOut("1.1.0"));
    expect(outcome).toMatchObject({
      state: { phase: "rolledBack", reason: expect.stringContaining("status 500") as string },
    });
    expect(driver.names.filter((name) => name.endsWith("lease"))).toEqual([]);
    expect(driver.names.filter((name) => name === "host-a ask")).toHaveLength(plan.health.tries);
    expect(world.disagreements()).toEqual([]);
    expect(declared(world.ledger.entries).slots.green).toBeNull();
    expect([...quarantine(world.ledger.entries).keys()]).toEqual([digestFor("1.1.0")]);
  });

  it.each([
    ["many errors", { errorPercent: 6 }, "6.0 % of 200 requests failed"],
    ["slow answers", { p95: 2_001 }, "p95 is 2001 ms"],
    ["another status through the gateway", { throughGateway: "ill" }, "status 500, expected 200 through the gateway"],
    ["silence through the gateway", { throughGateway: "silent" }, "no answer through the gateway"],
  ] as const)(
    "takes users back from a release with %s after the tolerated strike",
    async (_what, behaviour, reason) => {
      const world = await settledWorld("1.0.0");
      world.behaviours.set("1.1.0", behaviour);
      const { outcome } = await drive(world, rollOut("1.1.0"));
      expect(outcome).toMatchObject({
        state: { phase: "rolledBack", reason: expect.stringContaining(reason) as string },
      });
      const last = rollouts(world.ledger.entries).at(-1);
      expect(last?.looks).toHaveLength(plan.watch.strikes + 1);
      expect(last?.rollbackMilliseconds).toBeLessThan(100);
      expect(world.disagreements()).toEqual([]);
      expect(world.hosts.map(({ settled }) => settled)).toEqual(["blue", "blue"]);
    },
  );

  it("gives a step that looked bad on entering an interval before it looks again", async () => {
    const world = await settledWorld("1.0.0");
    world.behaviours.set("1.1.0", { throughGateway: "ill" });
    await drive(world, rollOut("1.1.0"));
    const looks =
      rollouts(world.ledger.entries)
        .at(-1)
        ?.looks.map(({ at }) => Date.parse(at)) ?? [];
    const started = world.ledger.entries.findLast(({ event }) => event.kind === "step");
    expect((looks[1] ?? 0) - Date.parse(started?.at ?? "")).toBeGreaterThanOrEqual(plan.watch.intervalSeconds * 1000);
  });

  it("says unknown, not unhealthy, of a look that could not be made", async () => {
    const world = await settledWorld("1.0.0");
    world.behaviours.set("1.1.0", { throughGateway: "silent" });
    await drive(world, rollOut("1.1.0"));
    expect(
      rollouts(world.ledger.entries)
        .at(-1)
        ?.looks.map(({ result }) => result),
    ).toEqual(["unknown", "unknown"]);
  });

  it("says unknown of a look whose counts have a gap, and counts on from there", async () => {
    const world = await settledWorld("1.0.0");
    let looks = 0;
    const onCall = (call: string) => {
      // The first one begins to count.
      if (call === "host-b observe" && ++looks === 2) world.rotated.add("host-b");
    };
    const { outcome } = await drive(world, rollOut("1.1.0"), { onCall });
    expect(outcome).toEqual(promoted("r-1-1-0"));
    const seen = rollouts(world.ledger.entries).at(-1)?.looks ?? [];
    expect(seen[0]).toMatchObject({ result: "unknown", reason: "the log of host-b was rotated: counts have a gap" });
    expect(seen.slice(1).every(({ result }) => result === "healthy")).toBe(true);
  });

  it("makes up for missing users with requests of its own", async () => {
    const world = await settledWorld("1.0.0");
    world.traffic = 0;
    const { outcome } = await drive(world, rollOut("1.1.0"));
    expect(outcome).toEqual(promoted("r-1-1-0"));
    const look = rollouts(world.ledger.entries).at(-1)?.looks[0];
    expect(look?.figures["green"]).toMatchObject({ requests: plan.watch.minRequests, errorPercent: 0 });
  });

  it("keeps its lease through checks that take longer than a lease", async () => {
    const world = await settledWorld("1.0.0");
    const lapsed: string[] = [];
    let shifting = false;
    const slow = async (port: HostPort["askThrough"], args: Parameters<HostPort["askThrough"]>) => {
      shifting = true;
      await world.clock.sleep(95_000);
      for (const host of world.hosts) if (host.state().leaseTicks === 0) lapsed.push(host.name);
      return port(...args);
    };
    const health = healthSettings.parse({ ...plan.health, timeoutSeconds: 100 });
    const { outcome } = await drive(world, (service) => {
      const hosts = service.hosts.map((host) => ({
        ...host,
        askThrough: (...args: Parameters<HostPort["askThrough"]>) =>
          slow((...given) => host.askThrough(...given), args),
      }));
      return rollOut("1.1.0", { health })({ ...service, hosts });
    });
    expect([outcome, shifting, lapsed]).toEqual([promoted("r-1-1-0"), true, []]);
  });

  it("keeps its lease while the ledger takes its time", async () => {
    const world = await settledWorld("1.0.0");
    const lapsed: string[] = [];
    const { outcome } = await drive(world, async (service) => {
      const append = service.journal.append.bind(service.journal);
      service.journal.append = async (event) => {
        if (event.kind === "promoting") await world.clock.sleep(45_000);
        for (const host of world.hosts) {
          if (event.kind === "promoting" && host.state().leaseTicks === 0) lapsed.push(host.name);
        }
        return append(event);
      };
      return rollOut("1.1.0")(service);
    });
    expect([outcome, lapsed]).toEqual([promoted("r-1-1-0"), []]);
  });

  it("lets the lease lapse when a look never ends: nobody watches then", async () => {
    const world = await settledWorld("1.0.0");
    const forever = new Promise<never>(() => undefined);
    void drive(world, (service) => {
      const hosts = service.hosts.map((host) => ({ ...host, askThrough: () => forever }));
      return rollOut("1.1.0")({ ...service, hosts });
    });
    await world.clock.sleep(600_000);
    expect(world.hosts.map((host) => host.state().leaseTicks)).toEqual([0, 0]);
    expect(world.hosts.map((host) => host.route(0).target)).toEqual(["blue", "blue"]);
  });

  it("counts what is lost when a slot's last connections don't go", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    for (const host of world.hosts) host.open.blue = 2;
    const before = world.clock.now();
    const { driver } = await drive(world, rollOut("1.2.0"), { drainSeconds: 30 });
    expect(driver.told.join()).toContain("4 connections to blue were still open after 30 s; they are lost");
    const filled = world.ledger.entries.findLast(({ event }) => event.kind === "filled");
    expect(Date.parse(filled?.at ?? "") - before).toBeGreaterThanOrEqual(30_000);
  });

  it("keeps images of both slots and of the last five promoted revisions", async () => {
    const versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0"];
    const world = await settledWorld(...versions);
    const collected: Parameters<HostPort["collect"]>[0][] = [];
    await drive(world, (service) => {
      const collect: HostPort["collect"] = (images) => Promise.resolve(void collected.push(images)).then(() => []);
      const hosts = service.hosts.map((host) => ({ ...host, collect }));
      return rollOut("1.7.0")({ ...service, hosts });
    });
    const imagesOf = (...of: readonly string[]) => new Set(of.map((version) => revisionOf(version).release.image));
    const wanted = {
      keep: imagesOf("1.7.0", "1.6.0", "1.5.0", "1.4.0", "1.3.0"),
      past: imagesOf("1.0.0", "1.1.0", "1.2.0"),
    };
    const seen = collected.map(({ keep, past }) => ({ keep: new Set(keep), past: new Set(past) }));
    expect(seen).toEqual([wanted, wanted]);
  });

  it("takes no harm from a host that can't collect", async () => {
    const world = await settledWorld("1.0.0");
    const faults = [(call: string) => (call.endsWith("collect") ? ("before" as const) : null)];
    const { outcome, driver } = await drive(world, rollOut("1.1.0"), { faults });
    expect(outcome).toEqual(promoted("r-1-1-0"));
    expect(driver.told.at(-1)).toContain("could not be collected");
  });
});

describe("what is refused", () => {
  it.each([
    ["an older release", "0.9.0", "0.9.0 is older than 1.0.0"],
    ["a quarantined digest", "1.1.0", "was rolled back"],
  ])("%s", async (_what, version, reason) => {
    const world = await settledWorld("1.0.0");
    world.behaviours.set("1.1.0", { privately: "ill" });
    await drive(world, rollOut("1.1.0"));
    const calls = world.hosts.map(({ token }) => token);
    await expect(drive(world, (service) => again(version)(service))).rejects.toThrow(reason);
    expect(kinds(world).at(-1)).toBe("refused");
    expect(world.hosts.map(({ token }) => token)).toEqual(calls);
  });

  it("anything while a rollout is under way", async () => {
    const world = await settledWorld("1.0.0");
    await drive(world, rollOut("1.1.0"), { kill: { at: 20, when: "after" } });
    const before = world.ledger.entries.length;
    await expect(drive(world, rollOut("1.2.0"))).rejects.toThrow(RefusedError);
    expect(world.ledger.entries).toHaveLength(before);
  });

  it("a rollout while a host serves from another slot than the ledger says: its candidate would be what serves", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    const [host] = world.hosts;
    if (host) host.settled = "blue";
    await expect(drive(world, rollOut("1.2.0"))).rejects.toThrow(/ledger has green settled, but host-a has blue/);
    expect(world.hosts.map(({ containers }) => containers.blue?.release.version)).toEqual(["1.0.0", "1.0.0"]);
  });

  it("nothing, but there is nothing to do, where just that revision is settled", async () => {
    const world = await settledWorld("1.0.0");
    const { outcome } = await drive(world, again("1.0.0"));
    expect(outcome).toMatchObject({ kind: "nothingToDo" });
  });
});

describe("another revision of the same image", () => {
  it("doesn't put the image that serves into quarantine when it goes back", async () => {
    const world = await settledWorld("1.0.0");
    const revision = revisionOf("1.0.0", { FEATURE: "on" });
    const { outcome } = await drive(world, (service) => {
      world.behaviours.set("1.0.0", { privately: "ill" });
      return startRollout(service, "r-feature", { purpose: "rollout", revision, plan }).finally(() =>
        world.behaviours.clear(),
      );
    });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect([...quarantine(world.ledger.entries).keys()]).toEqual([]);
    expect(world.ledger.problem(stream)).toBeNull();
  });
});

function again(version: string) {
  return (service: Parameters<typeof startRollout>[0]) =>
    startRollout(service, "again", { purpose: "rollout", revision: revisionOf(version), plan });
}
