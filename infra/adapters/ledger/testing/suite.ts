import { describe } from "vitest";
import { appending } from "./suite-append.ts";
import { copying } from "./suite-backup.ts";
import { guarding } from "./suite-guard.ts";
import { holds } from "./suite-hold.ts";
import { opening } from "./suite-open.ts";
import type { Place } from "./place.ts";

/** What every store of the ledger must do, on the real thing. `newPlace` gives one where nothing is. */
export function ledgerSuite(store: string, newPlace: () => Promise<Place>): void {
  describe(store, () => {
    describe("opening", () => {
      opening(newPlace);
    });
    describe("appending", () => {
      appending(newPlace);
    });
    describe("guarding", () => {
      guarding(newPlace);
    });
    describe("a hold", () => {
      holds(newPlace);
    });
    describe("backing up and restoring", () => {
      copying(newPlace);
    });
  });
}
