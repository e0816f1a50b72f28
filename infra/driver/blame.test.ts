import { describe, expect, it } from "vitest";
import { beginning, chainOf, digestFor, revisionOf } from "../ledger/testing/events.ts";
import { quarantine, rollouts } from "../ledger/rollouts.ts";
import { summarise } from "../ledger/summary.ts";
import type { Plan } from "../model/plan.ts";
import { replay } from "./replay.ts";
import { abortRollout, resumeRollout } from "./resume.ts";
import { startRollout } from "./rollout.ts";
import type { DriverOptions, Fault } from "./testing/driver.ts";
import { drive, plan, rollOut, settle } from "./testing/plans.ts";
import { World, type Behaviour } from "./testing/world.ts";

async function settledWorld(behaviour: Behaviour = {}): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", behaviour);
  return world;
}

const held = (world: World) => [...quarantine(world.ledger.entries).keys()];
const last = (world: World) => rollouts(world.ledger.entries).at(-1);
const away =
  (which: RegExp): Fault =>
  (call) =>
    which.test(call) ? "before" : null;

/** Rolls 1.1.0 out and brings it to an end, with everything in order for the resume. */
async function ended(world: World, options: DriverOptions, over: Partial<Plan> = {}): Promise<void> {
  await drive(world, rollOut("1.1.0", over), options);
  world.unreachable.clear();
  await drive(world, resumeRollout, options.spool ? { spool: options.spool } : {});
  expect(last(world)?.outcome).toBe("rolledBack");
  expect(world.disagreements()).toEqual([]);
}

describe("a release that was seen to be bad", () => {
  it.each<[string, Behaviour]>([
    ["by its private checks", { privately: "ill" }],
    ["through the gateway", { throughGateway: "ill" }],
    ["by its users' errors", { errorPercent: 50 }],
    ["by how long its users wait", { p95: 2_001 }],
  ])("%s is quarantined, and the summary says so", async (_how, behaviour) => {
    const world = await settledWorld(behaviour);
    await ended(world, {});
    expect(held(world)).toEqual([digestFor("1.1.0")]);
    expect(summaryOf(world)).toContain(`| Quarantine | ${digestFor("1.1.0")} is refused until a person lifts it |`);
  });

  it.each([
    ["resumed", resumeRollout],
    ["aborted", (service: Parameters<typeof abortRollout>[0]) => abortRollout(service, "enough")],
  ])("is quarantined although its way back was stranded, and then %s", async (_how, goOn) => {
    const world = await settledWorld({ errorPercent: 50 });
    const onCall = (call: string) => void (call === "host-a clear" && world.unreachable.add("host-b"));
    await drive(world, rollOut("1.1.0"), { onCall });
    expect(last(world)?.outcome).toBe("stranded");
    world.unreachable.clear();
    await drive(world, goOn);
    expect(held(world)).toEqual([digestFor("1.1.0")]);
  });

  it("is quarantined although its driver was killed before it had written that down", async () => {
    const world = await settledWorld({ errorPercent: 50 });
    const { driver } = await drive(await settledWorld({ errorPercent: 50 }), rollOut("1.1.0"));
    const at = driver.names.indexOf("ledger.append rollingBack") + 1;
    await ended(world, { kill: { at, when: "after" } });
    expect(held(world)).toEqual([digestFor("1.1.0")]);
  });

  it("is what an older entry means, which doesn't say whether", () => {
    const older = { kind: "rollingBack", rollout: "r1", reason: "errors" } as const;
    const entries = chainOf([...beginning("r1", revisionOf("1.0.0"), "green"), older]);
    expect(replay(entries, { now: () => 0, steady: () => 0 })?.state).toEqual({
      phase: "rollingBack",
      reason: "errors",
      blamed: true,
      since: 0,
    });
  });
});

describe("a release that nobody saw to be bad", () => {
  it.each<[string, Behaviour, (world: World) => DriverOptions]>([
    ["that never answered privately", { privately: "silent" }, () => ({})],
    ["that never answered through the gateway", { throughGateway: "silent" }, () => ({})],
    [
      "when a host is away in its verification",
      {},
      (world) => ({ onCall: (call) => void (call === "host-b ask" && world.unreachable.add("host-b")) }),
    ],
    [
      "when a host is away while the markers move",
      {},
      (world) => ({ onCall: (call) => void (call === "host-b settle" && world.unreachable.add("host-b")) }),
    ],
    ["when the engine fails", {}, () => ({ faults: [failing(/^engine/, 1)] })],
    ["when the ledger doesn't take its step", {}, () => ({ faults: [failing(/^ledger.append step/, 1)] })],
    ["when overlays can't be laid out", {}, () => ({ faults: [away(/^host-b prepare/)] })],
    ["when a share can't be given", {}, () => ({ faults: [away(/^host-b lease/)] })],
    ["when the gateways send its clients elsewhere", {}, () => ({ faults: [failing(/^host-b probe/, 1)] })],
    ["when a person stops its driver", {}, stopped],
  ])("%s goes back and may come again", async (_what, behaviour, options) => {
    const world = await settledWorld(behaviour);
    await ended(world, options(world));
    expect(held(world)).toEqual([]);
    expect(summaryOf(world)).toContain("| Quarantine | no: the release was not seen to be bad, it may be rolled out");
    world.behaviours.clear();
    const wanted = { purpose: "rollout", revision: revisionOf("1.1.0"), plan } as const;
    const again = await drive(world, (service) => startRollout(service, "again", wanted));
    expect(again.outcome).toMatchObject({ state: { phase: "promoted" } });
  });

  it("when the slot that serves answers in its place", async () => {
    const world = await settledWorld();
    const [host] = world.hosts;
    const lapse = (call: string) => {
      if (call === "host-a askThrough") host?.clear({ token: host.token, rollout: "r-1-1-0" });
    };
    await ended(world, { onCall: lapse }, { watch: { ...plan.watch, strikes: 0 } });
    expect([last(world)?.reason, held(world)]).toEqual([expect.stringContaining("blue answered"), []]);
  });

  it("is told not to be quarantined", async () => {
    const world = await settledWorld();
    const { driver } = await drive(world, rollOut("1.1.0"), { faults: [failing(/^engine/, 1)] });
    expect(driver.told).toContain("1.1.0 was not seen to be bad: it isn't quarantined");
  });

  it("may come again after a person aborted it", async () => {
    const world = await settledWorld();
    await drive(world, rollOut("1.1.0"), { kill: { at: 34, when: "after" } });
    await drive(world, (service) => abortRollout(service, "wrong release"));
    expect([last(world)?.outcome, held(world)]).toEqual(["rolledBack", []]);
  });
});

/** Fails the n-th of the calls that match. */
function failing(which: RegExp, nth: number): Fault {
  let count = 0;
  return (call) => (which.test(call) && ++count === nth ? "before" : null);
}

function stopped(): DriverOptions {
  const stop = new AbortController();
  return { signal: stop.signal, onCall: (call) => void (call === "host-a observe" && stop.abort()) };
}

function summaryOf(world: World): string {
  const rollout = last(world);
  return rollout ? summarise("local", "org1/react-ui", rollout) : "";
}
