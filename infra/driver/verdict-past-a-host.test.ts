import { describe, expect, it } from "vitest";
import { rollouts } from "../ledger/rollouts.ts";
import type { HostPort } from "./ports.ts";
import type { Service } from "./context.ts";
import { resumeRollout } from "./resume.ts";
import { drive, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

/** A host whose calls take ten seconds and come to nothing, from its first call of one kind on. */
function silentFrom(world: World, host: HostPort, first: "clear" | "settle"): HostPort {
  let gone = false;
  const through = <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      gone ||= name === first;
      if (!gone) return call(...args);
      await world.clock.sleep(10_000);
      throw new Error("no answer");
    };
  };
  return {
    ...host,
    clear: through("clear", (claim) => host.clear(claim)),
    settle: through("settle", (token, slot) => host.settle(token, slot)),
    probe: through("probe", (bucket: number) => host.probe(bucket)),
    state: through("state", () => host.state()),
    askThrough: through("askThrough", (...args: Parameters<HostPort["askThrough"]>) => host.askThrough(...args)),
  };
}

/** Rolls 1.1.0 out while host-b falls silent; tells how long after the verdict host-a was brought back. */
async function rolledOut(
  world: World,
  first: "clear" | "settle",
  faults: readonly ((call: string) => "before" | null)[],
) {
  let [verdict, back] = [Infinity, Infinity];
  const command = (service: Service) => {
    const [a, b] = service.hosts;
    if (!a || !b) throw new Error("two hosts are expected");
    const seen = () => void (back = Math.min(back, world.clock.now() < verdict ? Infinity : world.clock.now()));
    const host: HostPort = {
      ...a,
      clear: (claim) => a.clear(claim).then(() => (first === "clear" ? seen() : undefined)),
      settle: (token, slot) => a.settle(token, slot).then(() => (slot === "blue" ? seen() : undefined)),
    };
    const tell: Service["tell"] = (_kind, text) => {
      if (text.startsWith("Going back")) verdict = world.clock.now();
    };
    return rollOut("1.1.0")({ ...service, tell, hosts: [host, silentFrom(world, b, first)] });
  };
  const { outcome } = await drive(world, command, { faults });
  return { outcome, took: back - verdict };
}

describe("a bad verdict, and a host that doesn't answer any more", () => {
  it.each([
    ["under its lease", "clear", 50],
    ["while the markers move", "settle", 0],
  ] as const)(
    "brings the other one's users back at once %s, and names who is missing",
    async (_what, first, errorPercent) => {
      const world = new World();
      await settle(world, "1.0.0");
      world.behaviours.set("1.1.0", { errorPercent });
      // The world sees the marker of a host that no driver reaches.
      world.mayBeApartFor = Infinity;
      const { outcome, took } = await rolledOut(world, first, []);
      expect(took).toBeLessThan(50);
      expect(outcome).toMatchObject({ state: { phase: "stranded" } });
      expect(rollouts(world.ledger.entries).at(-1)?.strandedHosts).toEqual(["host-b"]);
      expect(world.hosts.map((host) => host.route(0).target)).toEqual(["blue", "blue"]);
      expect((await drive(world, resumeRollout)).outcome).toMatchObject({ state: { phase: "rolledBack" } });
      expect(world.disagreements()).toEqual([]);
    },
  );

  it("counts a host as back only where it was seen to be", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    world.behaviours.set("1.1.0", { errorPercent: 50 });
    let cleared = false;
    const blind = (call: string) => {
      cleared ||= call === "host-a clear";
      return cleared && call === "host-a probe" ? "before" : null;
    };
    await rolledOut(world, "clear", [blind]);
    expect(rollouts(world.ledger.entries).at(-1)?.strandedHosts).toEqual(["host-b", "host-a"]);
  });
});
