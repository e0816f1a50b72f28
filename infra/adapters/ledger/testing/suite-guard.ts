import { expect, it } from "vitest";
import { eventVersion } from "../../../ledger/event.ts";
import { chainOf, minute, promotion, revisionOf, stream } from "../../../ledger/testing/events.ts";
import { LedgerError } from "../../../model/errors.ts";
import { backupLedger, initLedger, openLedger, verifyLedger } from "../index.ts";
import type { Place } from "./place.ts";

const chain = chainOf(promotion("r1", revisionOf("1.0.0"), "blue", { first: true }));
const other = "local/org2/api";

/** A ledger of two streams with five entries each. */
export async function filledPlace(newPlace: () => Promise<Place>): Promise<Place & { readonly id: string }> {
  const place = await newPlace();
  const id = await initLedger(place.settings, minute(0), place.resolve);
  const ledger = await openLedger(place.settings, place);
  for (const name of [stream, other]) {
    for (const { sequence, event, by, at } of chain) await ledger.append(name, sequence, event, by, at);
  }
  await ledger.close();
  return { ...place, id };
}

export function guarding(newPlace: () => Promise<Place>): void {
  const hashes = chain.map(({ hash }) => hash);
  const row = (sequence: number, previous = "") =>
    `('${stream}', ${String(sequence)}, '', '', 1, '{}', '${previous}', '${"0".repeat(64)}')`;

  it.each([
    ["an update", "update sluice_entries set event = '{}'"],
    ["a delete", "delete from sluice_entries where sequence = 5"],
    ["another id", "update sluice_meta set id = 'x'"],
    ["an entry after a gap", `insert into sluice_entries values ${row(7, hashes[4])}`],
    ["an entry that isn't linked", `insert into sluice_entries values ${row(6, hashes[3])}`],
    ["an entry in another's place", `insert into sluice_entries values ${row(5, hashes[3])}`],
  ])("the database itself refuses %s", async (_what, statement) => {
    const place = await filledPlace(newPlace);
    await expect(place.raw(statement)).rejects.toThrow(/append-only|does not follow/);
    expect(await verifyLedger(place.settings, place.resolve)).toMatchObject({ id: place.id, healthy: true });
  });

  it.each([
    ["an edited event", `update sluice_entries set event = replace(event, '1.0.0', '6.6.6') where sequence = 3`, 3],
    ["an edited author", `update sluice_entries set "by" = 'mallory' where sequence = 1`, 1],
    ["a deleted entry", "delete from sluice_entries where sequence = 2", 2],
    ["a cut link", "update sluice_entries set previous_hash = hash where sequence = 4", 4],
    ["a newer event", `update sluice_entries set version = ${eventVersion + 1} where sequence = 5`, 5],
  ])("%s is seen by every reader, at its number", async (_what, statement, sequence) => {
    const place = await filledPlace(newPlace);
    for (const guard of place.unguard) await place.raw(guard);
    await place.raw(`${statement} and stream = '${stream}'`);

    const ledger = await openLedger(place.settings, place);
    await expect(ledger.read(stream)).rejects.toThrow(LedgerError);
    await expect(ledger.read(stream)).rejects.toThrow(`${stream}`);
    await expect(ledger.read(stream)).rejects.toThrow(`broken at entry ${String(sequence)}:`);
    expect(await ledger.read(other)).toHaveLength(5);
    await ledger.close();

    const report = await verifyLedger(place.settings, place.resolve);
    expect(report.healthy).toBe(false);
    expect(report.streams.map(({ stream: name, problem }) => [name, problem?.sequence])).toEqual([
      [stream, sequence],
      [other, undefined],
    ]);
    await expect(backupLedger(place.settings, "/nowhere/backup", place.resolve)).rejects.toThrow(/broken/);
  });

  it("a whole ledger is reported stream by stream", async () => {
    const place = await filledPlace(newPlace);
    const report = await verifyLedger(place.settings, place.resolve);
    expect(report).toMatchObject({ id: place.id, healthy: true });
    expect(report.streams).toMatchObject([
      { stream, entries: 5, hash: chain[4]?.hash, problem: null },
      { stream: other, entries: 5, problem: null },
    ]);
  });
}
