import { expect, it } from "vitest";
import type { LedgerPort } from "../../../driver/ports.ts";
import { beginning, chainOf, minute, promotion, revisionOf, stream } from "../../../ledger/testing/events.ts";
import type { LedgerEvent } from "../../../ledger/event.ts";
import { ConflictError, InputError, LedgerError } from "../../../model/errors.ts";
import { initLedger, openLedger, verifyLedger } from "../index.ts";
import { startAppender } from "./appender.ts";
import type { Place } from "./place.ts";

const resumed: LedgerEvent = { kind: "resumed", rollout: "r1" };

/** A new ledger, opened twice, as two programs would. */
async function openTwice(place: Place): Promise<[LedgerPort, LedgerPort]> {
  const { settings, resolve } = place;
  await initLedger(settings, minute(0), resolve);
  return [await openLedger(settings, { resolve }), await openLedger(settings, { resolve })];
}

async function close(...ledgers: LedgerPort[]): Promise<void> {
  for (const ledger of ledgers) await ledger.close();
}

export function appending(newPlace: () => Promise<Place>): void {
  it("is read back whole, in order, by whoever opens the ledger", async () => {
    const [writer, reader] = await openTwice(await newPlace());
    const chain = chainOf([
      ...promotion("r1", revisionOf("1.0.0", { GREETING: "grüß dich 😀 \0 'quoted'" }), "blue", { first: true }),
      ...beginning("r2", revisionOf("1.1.0"), "green"),
    ]);
    for (const { sequence, event, by, at } of chain) {
      expect(await writer.append(stream, sequence, event, by, at)).toEqual(chain[sequence - 1]);
    }
    expect(await reader.read(stream)).toEqual(chain);
    await close(writer, reader);
  });

  it("keeps streams apart and names them sorted", async () => {
    const [ledger, other] = await openTwice(await newPlace());
    const streams = ["uat/org2/api", "dev/org1/react-ui", "dev/org1/B", "dev/org1/a"];
    for (const name of streams) await ledger.append(name, 1, resumed, "alice", minute(1));
    expect(await other.streams()).toEqual(["dev/org1/B", "dev/org1/a", "dev/org1/react-ui", "uat/org2/api"]);
    expect(await other.read("dev/org1/react-ui")).toEqual(chainOf([resumed], "dev/org1/react-ui"));
    expect(await other.read("dev/org1/react")).toEqual([]);
    await close(ledger, other);
  });

  it("under a number that is taken is a conflict, and beyond the end an older ledger", async () => {
    const [ledger, other] = await openTwice(await newPlace());
    await ledger.append(stream, 1, resumed, "alice", minute(1));
    await expect(other.append(stream, 1, resumed, "bob", minute(1))).rejects.toThrow(ConflictError);
    await expect(other.append(stream, 3, resumed, "bob", minute(1))).rejects.toThrow(LedgerError);
    expect(await ledger.read(stream)).toEqual(chainOf([resumed]));
    await close(ledger, other);
  });

  it("what was just appended with the same words is a conflict too: two drivers never share a token", async () => {
    const ledgers = await openTwice(await newPlace());
    const both = ledgers.flatMap((ledger) => [1, 2].map(() => ledger.append(stream, 1, resumed, "ci", minute(1))));
    const settled = await Promise.allSettled(both);
    const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(refused).toHaveLength(3);
    for (const reason of refused) expect(reason).toBeInstanceOf(ConflictError);
    await close(...ledgers);
  });

  it("by two processes at once gives each number to just one of them", async () => {
    const place = await newPlace();
    await initLedger(place.settings, minute(0), place.resolve);
    const appenders = ["first", "second"].map((name) => startAppender(place, name, 40));
    for (const appender of appenders) expect(await appender.ended()).toEqual({ code: 0, stderr: "" });
    const numbers = appenders.flatMap(({ won }) => won).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    const ledger = await openLedger(place.settings, { resolve: place.resolve });
    const authors = (await ledger.read(stream)).map(({ by }) => by);
    appenders.forEach(({ won }, index) => {
      expect(new Set(won.map((number) => authors[number - 1]))).toEqual(new Set([["first", "second"][index]]));
    });
    await close(ledger);
  });

  it("that is killed leaves a whole chain with all that was acknowledged", async () => {
    const place = await newPlace();
    await initLedger(place.settings, minute(0), place.resolve);
    for (const [round, entries] of [3, 11, 17].entries()) {
      const appender = startAppender(place, `round-${String(round)}`, 100_000);
      await appender.reached(entries);
      await appender.kill();
      const ledger = await openLedger(place.settings, { resolve: place.resolve });
      const length = (await ledger.read(stream)).length;
      expect(length).toBeGreaterThanOrEqual(appender.won.at(-1) ?? Infinity);
      // PostgreSQL may still be at the killed client's last statement.
      expect(length).toBeLessThanOrEqual((appender.won.at(-1) ?? 0) + 1);
      await close(ledger);
    }
    expect((await verifyLedger(place.settings, place.resolve)).healthy).toBe(true);
  });

  it("refuses the value of a known secret, by its key, and writes nothing", async () => {
    const { settings, resolve } = await newPlace();
    await initLedger(settings, minute(0), resolve);
    const ledger = await openLedger(settings, { resolve, secretValues: () => ["short", "hunter2-hunter2\n"] });
    const leaking = beginning(
      "r1",
      revisionOf("1.0.0", { DB: "postgres://hunter2-hunter2@db", OK: "short" }),
      "blue",
    )[2];
    const error = await ledger
      .append(stream, 1, leaking ?? resumed, "alice", minute(1))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).issues.map(({ key }) => key)).toEqual(["revision.container.environment.DB"]);
    expect(String(error)).not.toContain("hunter2");
    expect(await ledger.read(stream)).toEqual([]);
    await close(ledger);
  });
}
