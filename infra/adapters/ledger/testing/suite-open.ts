import { expect, it } from "vitest";
import { minute, stream } from "../../../ledger/testing/events.ts";
import { LedgerError } from "../../../model/errors.ts";
import { backupLedger, initLedger, openLedger, verifyLedger } from "../index.ts";
import { initInProcess } from "./appender.ts";
import type { Place } from "./place.ts";

export function opening(newPlace: () => Promise<Place>): void {
  it.each([
    ["read", ({ settings, resolve }: Place) => openLedger(settings, { resolve, readOnly: true })],
    ["write", ({ settings, resolve }: Place) => openLedger(settings, { resolve })],
    ["verify", ({ settings, resolve }: Place) => verifyLedger(settings, resolve)],
    ["back up", ({ settings, resolve }: Place) => backupLedger(settings, "/nowhere/backup", resolve)],
  ])("to %s where no ledger is says how to make one, and makes none", async (_what, open) => {
    const place = await newPlace();
    const error = await open(place).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LedgerError);
    expect(String(error)).toContain("sluice ledger init");
    expect(await place.untouched()).toBe(true);
  });

  it("gives the id that init drew, every time", async () => {
    const { settings, resolve } = await newPlace();
    const id = await initLedger(settings, minute(0), resolve);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    for (const readOnly of [true, false]) {
      const ledger = await openLedger(settings, { resolve, readOnly });
      expect(await ledger.id()).toBe(id);
      expect(await ledger.streams()).toEqual([]);
      expect(await ledger.read(stream)).toEqual([]);
      await ledger.close();
    }
  });

  it("a ledger that is there is never made anew", async () => {
    const { settings, resolve } = await newPlace();
    const id = await initLedger(settings, minute(0), resolve);
    await expect(initLedger(settings, minute(1), resolve)).rejects.toThrow(LedgerError);
    expect((await verifyLedger(settings, resolve)).id).toBe(id);
  });

  it("of three who make one at once, one does", async () => {
    const place = await newPlace();
    const made = await Promise.all([1, 2, 3].map(() => initInProcess(place)));
    const ids = made.filter((answer) => answer !== "LedgerError");
    expect(ids).toHaveLength(1);
    expect((await verifyLedger(place.settings, place.resolve)).id).toBe(ids[0]);
  });

  it("a ledger of a newer Sluice is refused", async () => {
    const place = await newPlace();
    const { settings, resolve } = place;
    await initLedger(settings, minute(0), resolve);
    for (const statement of place.unguard) await place.raw(statement);
    await place.raw("update sluice_meta set schema_version = 2");
    await expect(openLedger(settings, { resolve })).rejects.toThrow(/schema version 2.*knows 1: use a newer Sluice/);
  });

  it("read-only refuses to append", async () => {
    const { settings, resolve } = await newPlace();
    await initLedger(settings, minute(0), resolve);
    const ledger = await openLedger(settings, { resolve, readOnly: true });
    const append = ledger.append(stream, 1, { kind: "resumed", rollout: "r1" }, "alice", minute(1));
    await expect(append).rejects.toThrow(LedgerError);
    expect(await ledger.read(stream)).toEqual([]);
    await ledger.close();
  });
}
