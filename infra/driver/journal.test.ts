import { describe, expect, it } from "vitest";
import { declared } from "../ledger/declared.ts";
import type { LedgerEvent } from "../ledger/event.ts";
import { digestFor, stream } from "../ledger/testing/events.ts";
import { ConflictError } from "../model/errors.ts";
import type { Plan } from "../model/plan.ts";
import type { Service } from "./context.ts";
import { continueRollout } from "./continue.ts";
import { wayBack } from "./rollback.ts";
import { Driver, type Fault } from "./testing/driver.ts";
import { FakeSpool } from "./testing/fake-ledger.ts";
import { drive, goBackTo, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const foreseen = (service: Service) => service.journal.foreseen();

/** 1.1.0 was left for 1.0.0 while the ledger didn't answer: only this machine's spool knows. */
async function leftUnwritten(): Promise<{ world: World; spool: FakeSpool }> {
  const world = new World();
  const spool = new FakeSpool();
  await settle(world, "1.0.0", "1.1.0");
  const faults: Fault[] = [(call) => (call.startsWith("ledger.append") ? "before" : null)];
  await drive(world, goBackTo(), { spool, faults });
  return { world, spool };
}

describe("what is foreseen of a stream", () => {
  it("is the ledger and what waits in the spool, and nothing is written", async () => {
    const { world, spool } = await leftUnwritten();
    const [lines, entries] = [[...spool.lines], [...world.ledger.entries]];
    const { outcome, driver } = await drive(world, foreseen, { spool });
    if (outcome === "killed") throw new Error("killed");
    expect(outcome.slice(entries.length).map(({ event }) => event.kind)).toEqual(["reverting", "reverted"]);
    expect([declared(entries).settled, declared(outcome).settled]).toEqual(["green", "blue"]);
    expect(() => wayBack(outcome, null)).toThrow("no earlier release served");
    expect(driver.names).toEqual(["ledger.read", "spool.read"]);
    expect([spool.lines, world.ledger.entries]).toEqual([lines, entries]);
  });

  it("is just what the ledger gets when the spool is emptied", async () => {
    const { world, spool } = await leftUnwritten();
    const { outcome } = await drive(world, foreseen, { spool });
    await drive(world, (service) => service.journal.catchUp(), { spool });
    expect(outcome).toEqual(world.ledger.entries);
    expect(world.ledger.problem(stream)).toBeNull();
  });

  it("comes behind what a bystander said meanwhile", async () => {
    const { world, spool } = await leftUnwritten();
    const lifted = { kind: "quarantineLifted", digest: digestFor("1.1.0"), reason: "elsewhere" } as const;
    await drive(world, (service) => service.journal.append(lifted));
    await drive(world, (service) => service.journal.catchUp(), { spool });
    const kinds = world.ledger.entries.slice(-3).map(({ event }) => event.kind);
    expect(kinds).toEqual(["quarantineLifted", "reverting", "reverted"]);
    expect(world.ledger.problem(stream)).toBeNull();
  });

  it("passes over what another driver superseded", async () => {
    const { world, spool } = await leftUnwritten();
    await drive(world, (service) => service.journal.append({ kind: "resumed", rollout: "r-1-1-0" }));
    const { outcome } = await drive(world, foreseen, { spool });
    expect(outcome).toEqual(world.ledger.entries);
  });
});

describe("an append while others append", () => {
  const lapsed = { kind: "lapsed", rollout: "r-1-0-0", reason: "late" } as const;
  const kinds = ({ ledger }: World) => ledger.entries.slice(-2).map(({ event }) => event.kind);

  async function besides(event: LedgerEvent) {
    const world = new World();
    await settle(world, "1.0.0");
    const { journal } = await new Driver(world).open();
    world.ledger.append(stream, journal.next, event, "bob", new Date(0).toISOString());
    return { world, journal };
  }

  it.each<LedgerEvent>([
    { kind: "continued", rollout: "r-1-0-0", index: 0 },
    { kind: "quarantineLifted", digest: digestFor("1.1.0"), reason: "fixed" },
    { kind: "notified", rollout: "r-1-0-0", notifier: "team", thread: "1.1" },
    { kind: "unnotified", rollout: "r-1-0-0", notifier: "team", about: "step", reason: "no answer" },
  ])("comes after what a bystander says: $kind", async (event) => {
    const { world, journal } = await besides(event);
    await journal.append(lapsed);
    expect(kinds(world)).toEqual([event.kind, "lapsed"]);
    expect(journal.entries).toEqual(world.ledger.entries);
    expect(world.ledger.problem(stream)).toBeNull();
  });

  it("is refused when another driver appended, and so is listening", async () => {
    const { world, journal } = await besides({ kind: "resumed", rollout: "r-1-0-0" });
    await expect(journal.listen()).rejects.toThrow(ConflictError);
    await expect(journal.append(lapsed)).rejects.toThrow(ConflictError);
    expect(world.ledger.entries.at(-1)?.event.kind).toBe("resumed");
  });

  it("hears a bystander when it listens", async () => {
    const { world, journal } = await besides({ kind: "continued", rollout: "r-1-0-0", index: 0 });
    await journal.listen();
    expect(journal.entries).toEqual(world.ledger.entries);
  });
});

it("a person who ends a pause leaves what the driver spooled to it: it lives, and goes on", async () => {
  const world = new World();
  await settle(world, "1.0.0");
  const spool = new FakeSpool();
  let isAway = false;
  const away: Fault = (call) => (isAway && call.startsWith("ledger.") ? "before" : null);
  const steps: Plan["steps"] = [
    { kind: "pause", percent: 10 },
    { kind: "weight", percent: 100, holdSeconds: 15 },
  ];
  const running = new Driver(world, { spool, faults: [away] }).run(rollOut("1.1.0", { steps }));
  await world.clock.sleep(60_000);
  isAway = true;
  while (spool.lines.length === 0) await world.clock.sleep(1_000);
  isAway = false;
  await drive(world, continueRollout, { spool });
  expect(await running).toMatchObject({ state: { phase: "promoted" } });
  expect(spool.lines).toEqual([]);
  expect(world.disagreements()).toEqual([]);
});
