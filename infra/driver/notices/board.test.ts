import { describe, expect, it } from "vitest";
import { stream } from "../../ledger/testing/events.ts";
import { continueRollout } from "../continue.ts";
import { resumeRollout } from "../resume.ts";
import type { DriverOptions, Fault } from "../testing/driver.ts";
import { FakeNotifier, type Manner } from "../testing/fake-notifier.ts";
import { FakeSpool } from "../testing/fake-ledger.ts";
import { canary, drive, goBackTo, rollOut, settle } from "../testing/plans.ts";
import { World } from "../testing/world.ts";

const notifiersOwn = new Set(["notified", "unnotified"]);

async function settledWorld(): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0");
  return world;
}

/** A canary of 1.1.0, whose users get so many errors, told to these; with how long it took. */
async function told(options: DriverOptions, errorPercent = 0) {
  const world = await settledWorld();
  world.behaviours.set("1.1.0", { errorPercent });
  const since = world.clock.now();
  const { driver, outcome } = await drive(world, rollOut("1.1.0", canary), options);
  const took = world.clock.now() - since;
  await driver.board?.close(10_000);
  const kinds = world.ledger.entries.map(({ event }) => event.kind);
  return { world, driver, outcome, took, kinds };
}

describe("a rollout", () => {
  it.each([
    ["that is good", 0, ["started", "step", "step", "promoted"]],
    ["that is bad", 50, ["started", "step", "rolledBack"]],
  ])("%s is told as it goes on, in one thread", async (_what, errorPercent, changes) => {
    const team = new FakeNotifier("team");
    const { kinds } = await told({ notifiers: [team] }, errorPercent);
    expect(team.changes).toEqual(changes);
    const threads = team.told.map(({ thread }) => thread);
    expect(threads).toEqual([null, ...changes.slice(1).map(() => "thread of r-1-1-0")]);
    expect(kinds.filter((kind) => kind === "notified")).toHaveLength(1);
  });

  it.each([
    ["fails", 0],
    ["hangs", 0],
    ["fails", 50],
    ["hangs", 50],
  ] as const)(
    "is the same, and as fast, when a notifier %s, with %i of 100 requests failing",
    async (manner: Manner, errorPercent) => {
      const alone = await told({}, errorPercent);
      const other = new FakeNotifier("other");
      const { world, outcome, took, kinds } = await told(
        { notifiers: [new FakeNotifier("team", manner), other] },
        errorPercent,
      );
      expect(outcome).toEqual(alone.outcome);
      expect(kinds.filter((kind) => !notifiersOwn.has(kind))).toEqual(alone.kinds);
      // What notifiers say of themselves takes a call of the ledger's each, 10 ms.
      expect(took - alone.took).toBeLessThan(200);
      expect(world.disagreements()).toEqual([]);
      const left = world.ledger.entries.flatMap(({ event }) => (event.kind === "unnotified" ? [event] : []));
      expect(left.map(({ about }) => about)).toEqual(other.changes);
      expect(new Set(left.map(({ notifier }) => notifier))).toEqual(new Set(["team"]));
    },
  );

  it("is told what is left at its end, and for no longer than was said", async () => {
    const team = new FakeNotifier("team", "hangs");
    const world = await settledWorld();
    const { driver } = await drive(world, rollOut("1.1.0"), { notifiers: [team] });
    const since = world.clock.now();
    await driver.board?.close(10_000);
    expect(world.clock.now() - since).toBeLessThan(10_500);
    const said = driver.told.filter((text) => text.startsWith("team could not be told of"));
    expect(said).toHaveLength(3);
    expect(said[0]).toBe('team could not be told of "started": it was not sent by the end of the command');
  });
});

describe("a rollout whose driver is killed", () => {
  const calls = Array.from({ length: 30 }, (_, index) => 5 + index * 4);

  it.each(calls)("at call %i says nothing twice, and goes on in its thread", async (at) => {
    const world = await settledWorld();
    const team = new FakeNotifier("team");
    const notifiers = [team];
    const first = await drive(world, rollOut("1.1.0", canary), { notifiers, kill: { at, when: "after" } });
    const before = team.told.length;
    // Killed between a message and this event, a rollout gets a second thread.
    const known = world.ledger.entries.some(({ event }) => event.kind === "notified");
    if (first.outcome === "killed") world.takenOver();
    const { driver } = await drive(world, resumeRollout, { notifiers });
    await driver.board?.close(1_000);
    const said = team.told.map(({ notice }) => notice.summary);
    expect(new Set(said).size).toBe(said.length);
    const threads = team.told.slice(before).map(({ thread }) => thread);
    if (known) expect(threads).toEqual(threads.map(() => "thread of r-1-1-0"));
    expect(world.disagreements()).toEqual([]);
  });
});

it("a pause that another process ends goes on, with what a notifier appends meanwhile", async () => {
  const world = await settledWorld();
  const team = new FakeNotifier("team");
  const pause = { kind: "pause", percent: 10 } as const;
  const steps = [pause, { kind: "weight", percent: 100, holdSeconds: 15 }] as const;
  const running = drive(world, rollOut("1.1.0", { steps: [...steps] }), { notifiers: [team] });
  while (!team.changes.includes("paused")) await world.clock.sleep(1_000);
  await drive(world, continueRollout);
  expect((await running).outcome).toMatchObject({ state: { phase: "promoted" } });
  expect(world.ledger.problem(stream)).toBeNull();
});

describe("while the ledger doesn't answer", () => {
  const out: Fault = (call) => (call.startsWith("ledger.append") ? "before" : null);

  it("people are told nevertheless, and once, although another process writes it down", async () => {
    const world = new World();
    await settle(world, "1.0.0", "1.1.0");
    const [spool, team] = [new FakeSpool(), new FakeNotifier("team")];
    const { driver } = await drive(world, goBackTo(), { spool, notifiers: [team], faults: [out] });
    await driver.board?.close(1_000);
    expect(team.changes).toEqual(["reverting", "reverted"]);
    const { driver: second } = await drive(world, resumeRollout, { spool, notifiers: [team] });
    await second.board?.close(1_000);
    expect(team.changes).toEqual(["reverting", "reverted"]);
    const kinds = world.ledger.entries.map(({ event }) => event.kind);
    expect(kinds.slice(kinds.indexOf("reverting"))).toEqual(
      expect.arrayContaining(["reverting", "reverted", "notified"]),
    );
    expect(world.disagreements()).toEqual([]);
  });

  it("a notifier's event whose answer got lost is no other driver's", async () => {
    const world = await settledWorld();
    let [lost, count] = [false, 0];
    const fault: Fault = (call) => {
      // From the lost answer on nothing is taken: what was stored is met when the spool is emptied.
      if (lost) return call.startsWith("ledger.append") ? "before" : null;
      lost = call === "ledger.append unnotified" && ++count === 2;
      return lost ? "lost" : null;
    };
    const [spool, notifiers] = [new FakeSpool(), [new FakeNotifier("team", "fails")]];
    const { driver, outcome } = await drive(world, rollOut("1.1.0"), { spool, faults: [fault], notifiers });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
    await driver.board?.close(1_000);
    await drive(world, resumeRollout, { spool });
    const kinds = world.ledger.entries.map(({ event }) => event.kind);
    expect([lost, kinds.includes("rolledBack")]).toEqual([true, true]);
    expect(world.disagreements()).toEqual([]);
  });
});
