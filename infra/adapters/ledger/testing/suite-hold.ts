import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Holder } from "../../../driver/ports.ts";
import { minute, stream } from "../../../ledger/testing/events.ts";
import { initLedger, openLedger } from "../index.ts";
import type { Place } from "./place.ts";

const holder = (name: string, pid: number): Holder => ({ id: `${name}-${pid}`, who: name, machine: "runner", pid });
const [alice, bob] = [holder("alice", 1), holder("bob", 2)];

/** A new ledger, opened by two programs. */
async function openTwice({ settings, resolve }: Place) {
  await initLedger(settings, minute(0), resolve);
  return [await openLedger(settings, { resolve }), await openLedger(settings, { resolve })] as const;
}

export function holds(newPlace: () => Promise<Place>): void {
  it("is one process's until it lets go, and is seen by others", async () => {
    const [mine, theirs] = await openTwice(await newPlace());
    expect(await theirs.heldBy(stream)).toBeNull();
    const first = await mine.hold(stream, alice, 60, false);
    expect(first.holder).toEqual(alice);
    expect(first.remainingSeconds).toBeGreaterThan(0);
    expect(first.remainingSeconds).toBeLessThanOrEqual(60);
    expect((await theirs.hold(stream, bob, 60, false)).holder).toEqual(alice);
    expect(await theirs.heldBy(stream)).toMatchObject({ holder: alice, until: first.until });
    expect((await theirs.hold("dev/org1/other", bob, 60, false)).holder).toEqual(bob);

    await theirs.letGo(stream, bob);
    expect((await theirs.heldBy(stream))?.holder).toEqual(alice);
    await mine.letGo(stream, alice);
    expect(await theirs.heldBy(stream)).toBeNull();
    await Promise.all([mine.close(), theirs.close()]);
  });

  it("lasts longer with every renewal, and goes to another one when it has run out or by force", async () => {
    const [mine, theirs] = await openTwice(await newPlace());
    const first = await mine.hold(stream, alice, 60, false);
    const renewed = await mine.hold(stream, alice, 90, false);
    expect(renewed.until).toBeGreaterThan(first.until + 29);
    expect((await theirs.hold(stream, bob, 0.2, true)).holder).toEqual(bob);
    await sleep(400);
    expect((await theirs.heldBy(stream))?.remainingSeconds).toBeLessThan(0);
    expect((await mine.hold(stream, alice, 60, false)).holder).toEqual(alice);
    await Promise.all([mine.close(), theirs.close()]);
  });

  it("is got by just one of many who want it at once", async () => {
    const [mine, theirs] = await openTwice(await newPlace());
    const many = Array.from({ length: 8 }, (_, index) => holder("ci", index));
    const answers = await Promise.all(
      many.map((one, index) => (index % 2 ? mine : theirs).hold(stream, one, 60, false)),
    );
    const owner = (await mine.heldBy(stream))?.holder.id;
    expect(new Set(answers.map(({ holder: { id } }) => id))).toEqual(new Set([owner]));
    await Promise.all([mine.close(), theirs.close()]);
  });
}
