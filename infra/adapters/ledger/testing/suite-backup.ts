import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toStored } from "../../../ledger/chain.ts";
import { chainOf, minute, stream } from "../../../ledger/testing/events.ts";
import { InputError, LedgerError } from "../../../model/errors.ts";
import { readDump, writeDump } from "../dump.ts";
import { backupLedger, initLedger, openLedger, restoreLedger, verifyLedger } from "../index.ts";
import { startAppender } from "./appender.ts";
import type { Place } from "./place.ts";
import { filledPlace } from "./suite-guard.ts";

export function copying(newPlace: () => Promise<Place>): void {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-backup-"));
    file = join(folder, "backup.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("gives the same ledger elsewhere, id and all, ready to go on", async () => {
    const from = await filledPlace(newPlace);
    const to = await newPlace();
    expect(await backupLedger(from.settings, file, from.resolve)).toBe(10);
    expect(await restoreLedger(to.settings, file, to.resolve)).toEqual({ id: from.id, entries: 10 });

    const [before, after] = [await openLedger(from.settings, from), await openLedger(to.settings, to)];
    expect(await after.id()).toBe(from.id);
    expect(await after.streams()).toEqual(await before.streams());
    for (const name of await before.streams()) expect(await after.read(name)).toEqual(await before.read(name));
    await after.append(stream, 6, { kind: "resumed", rollout: "r1" }, "alice", minute(6));
    await before.close();
    await after.close();
    await expect(to.raw("delete from sluice_entries")).rejects.toThrow("append-only");
    expect((await verifyLedger(to.settings, to.resolve)).healthy).toBe(true);
  });

  it("an empty ledger gives way, one with entries never does", async () => {
    const from = await filledPlace(newPlace);
    await backupLedger(from.settings, file, from.resolve);
    const empty = await newPlace();
    await initLedger(empty.settings, minute(0), empty.resolve);
    await restoreLedger(empty.settings, file, empty.resolve);
    expect(await verifyLedger(empty.settings, empty.resolve)).toMatchObject({ id: from.id, healthy: true });

    const ledger = await openLedger(empty.settings, empty);
    await ledger.append("dev/org9/new", 1, { kind: "resumed", rollout: "r9" }, "alice", minute(9));
    await ledger.close();
    await expect(restoreLedger(empty.settings, file, empty.resolve)).rejects.toThrow(LedgerError);
    expect((await verifyLedger(empty.settings, empty.resolve)).streams).toHaveLength(3);
  });

  it("is of one moment while appends go on", async () => {
    const place = await newPlace();
    await initLedger(place.settings, minute(0), place.resolve);
    const appender = startAppender(place, "busy", 100_000);
    await appender.reached(5);
    for (const part of [1, 2, 3]) {
      const known = appender.won.length;
      const entries = await backupLedger(place.settings, join(folder, String(part)), place.resolve);
      expect(entries).toBeGreaterThanOrEqual(known);
      const dump = readDump(await readFile(join(folder, String(part)), "utf8"));
      expect(dump.entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: entries }, (_, at) => at + 1));
      await appender.reached(known + 1);
    }
    await appender.kill();
  });

  it("never writes over a file, and leaves no partial one", async () => {
    const place = await filledPlace(newPlace);
    await writeFile(file, "precious");
    await expect(backupLedger(place.settings, file, place.resolve)).rejects.toThrow(InputError);
    expect(await readFile(file, "utf8")).toBe("precious");
    expect(await readdir(folder)).toEqual(["backup.jsonl"]);
  });

  it.each([
    ["cut off in the middle", (text: string) => text.slice(0, text.length / 2)],
    ["cut off after an entry", (text: string) => text.split("\n").slice(0, 5).join("\n") + "\n"],
    ["without its last line break", (text: string) => text.slice(0, -1)],
    ["without an entry", (text: string) => text.split("\n").toSpliced(3, 1).join("\n")],
    ["with an edited entry", (text: string) => text.replace("alice", "mallory")],
    ["under another id", (text: string) => text.replace(/"ledger":"[^"]+"/, '"ledger":"mine"')],
    ["empty", () => ""],
    ["something else", () => '{"hello":"world"}\n{"entries":0,"sha256":""}\n'],
  ])("refuses a backup that is %s, and makes nothing of it", async (_what, spoil) => {
    const from = await filledPlace(newPlace);
    await backupLedger(from.settings, file, from.resolve);
    const spoilt = join(folder, "spoilt");
    await writeFile(spoilt, spoil(await readFile(file, "utf8")));
    const to = await newPlace();
    await expect(restoreLedger(to.settings, spoilt, to.resolve)).rejects.toThrow(LedgerError);
    expect(await to.untouched()).toBe(true);
  });

  it("refuses a backup whose closing line is right but whose chain is broken", async () => {
    const entries = chainOf([1, 2, 3].map((n) => ({ kind: "resumed", rollout: `r${String(n)}` }))).map(toStored);
    const broken = entries.map((entry) => (entry.sequence === 2 ? { ...entry, by: "mallory" } : entry));
    await writeFile(file, writeDump({ id: "x", createdAt: minute(0), entries: broken }));
    const to = await newPlace();
    await expect(restoreLedger(to.settings, file, to.resolve)).rejects.toThrow(`${stream}, entry 2:`);
    expect(await to.untouched()).toBe(true);
  });

  it("names a backup that isn't there", async () => {
    const { settings, resolve } = await newPlace();
    await expect(restoreLedger(settings, file, resolve)).rejects.toThrow(InputError);
  });

  it("takes 10,000 entries", async () => {
    const events = Array.from({ length: 10_000 }, (_, n) => ({ kind: "resumed" as const, rollout: `r${String(n)}` }));
    const chain = chainOf(events);
    await writeFile(file, writeDump({ id: "big", createdAt: minute(0), entries: chain.map(toStored) }));
    const to = await newPlace();
    expect(await restoreLedger(to.settings, file, to.resolve)).toEqual({ id: "big", entries: 10_000 });
    const ledger = await openLedger(to.settings, to);
    const start = performance.now();
    const read = await ledger.read(stream);
    console.info(`10,000 entries read and verified in ${(performance.now() - start).toFixed(0)} ms`);
    expect(read).toHaveLength(10_000);
    expect(read.at(-1)).toEqual(chain.at(-1));
    await ledger.close();
  });
}
