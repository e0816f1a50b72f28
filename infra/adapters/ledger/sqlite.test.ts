import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkHead } from "../../ledger/declared.ts";
import { minute, stream } from "../../ledger/testing/events.ts";
import { LedgerError } from "../../model/errors.ts";
import { initLedger, openLedger, verifyLedger } from "./index.ts";
import type { Place } from "./testing/place.ts";
import { filledPlace } from "./testing/suite-guard.ts";
import { ledgerSuite } from "./testing/suite.ts";

let folder: string;
let places = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-ledger-"));
});
afterAll(() => rm(folder, { recursive: true }));

function newPlace(): Promise<Place & { file: string }> {
  const home = join(folder, String(++places));
  const file = join(home, "ledger.db");
  return Promise.resolve({
    file,
    settings: { kind: "sqlite", file },
    resolve: () => Promise.reject(new Error("SQLite needs no secret")),
    environment: {},
    raw: async (statement) => {
      const database = await Promise.resolve(new DatabaseSync(file));
      try {
        database.exec(statement);
      } finally {
        database.close();
      }
    },
    unguard: ["sluice_entries_no_update", "sluice_entries_no_delete", "sluice_meta_no_update"].map(
      (trigger) => `drop trigger ${trigger}`,
    ),
    untouched: async () => (await readdir(home).catch(() => [])).length === 0,
  });
}

ledgerSuite("SQLite", newPlace);

describe("a ledger's file", () => {
  const sized = async () => {
    const place = await filledPlace(newPlace);
    const file = place.settings.kind === "sqlite" ? place.settings.file : "";
    return { ...place, file, bytes: (await readFile(file)).length };
  };

  it.each([0.9, 0.5, 0.1])("cut off at %d of its length is damaged, and says so", async (part) => {
    const { settings, resolve, file, bytes } = await sized();
    await truncate(file, Math.floor(bytes * part));
    await expect(verifyLedger(settings, resolve)).rejects.toThrow(LedgerError);
    await expect(verifyLedger(settings, resolve)).rejects.toThrow("sluice ledger restore");
  });

  it("that is empty or no database holds no ledger", async () => {
    const { settings, resolve, file } = await sized();
    await truncate(file, 0);
    await expect(openLedger(settings, { resolve })).rejects.toThrow("sluice ledger init");
    await writeFile(file, "not a database, ".repeat(500));
    await expect(openLedger(settings, { resolve })).rejects.toThrow(LedgerError);
  });

  it("copied without its write-ahead log lacks entries: whoever remembers the head is told", async () => {
    const { settings, resolve, file } = await sized();
    const ledger = await openLedger(settings, { resolve });
    const last = await ledger.append(stream, 6, { kind: "resumed", rollout: "r1" }, "alice", minute(6));
    const copy = { kind: "sqlite" as const, file: `${file}.copy` };
    await copyFile(file, copy.file);
    await ledger.close();

    const copied = await openLedger(copy, { resolve });
    const entries = await copied.read(stream);
    expect(entries).toHaveLength(5);
    expect(checkHead(entries, last)).toBe("behind");
    await expect(copied.append(stream, 7, last.event, "alice", minute(7))).rejects.toThrow(/ends .* at entry 5.*older/);
    await copied.close();
  });

  it("that another one has locked is waited for", async () => {
    const { settings, resolve, file } = await sized();
    const ledger = await openLedger(settings, { resolve });
    const holder = execFile(process.execPath, [
      "-e",
      `const d = new (require("node:sqlite").DatabaseSync)(${JSON.stringify(file)});
       d.exec("begin immediate"); console.log("locked"); setTimeout(() => d.exec("commit"), 700);`,
    ]);
    await new Promise((locked) => holder.stdout?.once("data", locked));
    // Without waiting it would be refused ("database is locked").
    await ledger.append(stream, 6, { kind: "resumed", rollout: "r1" }, "alice", minute(6));
    await ledger.close();
  });

  it("is opened without a word on stderr", async () => {
    const { settings } = await sized();
    const program = `import { openLedger } from ${JSON.stringify(new URL("index.ts", import.meta.url))};
      await (await openLedger(${JSON.stringify(settings)}, {})).close();
      process.emitWarning("still heard");`;
    const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    expect(stderr).not.toContain("SQLite");
    expect(stderr).toContain("still heard");
  });

  it("may be named from the home folder", async () => {
    const before = process.env["HOME"];
    process.env["HOME"] = join(folder, "home");
    try {
      await initLedger({ kind: "sqlite", file: "~/sluice/ledger.db" }, minute(0), () => Promise.reject(new Error()));
      expect(await readdir(join(folder, "home", "sluice"))).toEqual(["ledger.db"]);
    } finally {
      process.env["HOME"] = before;
    }
  });
});
