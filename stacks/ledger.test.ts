import { describe, expect, it } from "vitest";
import { chainOf, promotion, revisionOf } from "../infra/ledger/testing/events.ts";
import { LedgerError } from "../infra/model/errors.ts";
import { checkedLedgerId, declaredBy, type LedgerReader } from "./ledger.ts";
import { remembered } from "./remembered.ts";

const stream = "local/org1/react-ui";
const entries = chainOf(promotion("r1", revisionOf("1.0.0"), "blue", { first: true }), stream);
const head = (sequence: number) => ({ sequence, hash: entries[sequence - 1]?.hash ?? "" });

function ledgerOf(id: string, chain = entries): LedgerReader {
  return { id: () => Promise.resolve(id), read: (asked) => Promise.resolve(asked === stream ? chain : []) };
}

const empty = { blue: null, green: null };
const before = (id: string, last: { sequence: number; hash: string } | null) =>
  remembered({ ledger: { id, head: last }, slots: empty });
const read = (ledger: LedgerReader, last: ReturnType<typeof before>) =>
  declaredBy(ledger, "local", "org1/react-ui", last);

describe("what a stack takes from the ledger", () => {
  it("is the fold of its own service's chain, the first time and later", async () => {
    for (const last of [remembered({}), before("L", head(3)), before("L", head(entries.length))]) {
      const { id, declared } = await read(ledgerOf("L"), last);
      expect({ id, settled: declared.settled, head: declared.head }).toEqual({
        id: "L",
        settled: "blue",
        head: head(entries.length),
      });
    }
  });

  it.each([
    ["another ledger", ledgerOf("M"), "declared from ledger L"],
    ["an empty copy", ledgerOf("L", []), "ends local/org1/react-ui at entry 0"],
    ["an older copy", ledgerOf("L", entries.slice(0, 2)), "older copy"],
    [
      "a copy that went another way",
      ledgerOf("L", chainOf(promotion("r2", revisionOf("2.0.0"), "blue"), stream)),
      "parted ways",
    ],
  ])("is refused from %s", async (_, ledger, message) => {
    const failure = await read(ledger, before("L", head(3))).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LedgerError);
    expect(String(failure)).toContain(message);
  });

  it("is refused for an environment's own stack from another ledger, too", async () => {
    expect(await checkedLedgerId(ledgerOf("L"), remembered({ ledger: { id: "L", head: null } }))).toBe("L");
    await expect(checkedLedgerId(ledgerOf("M"), remembered({ ledger: { id: "L", head: null } }))).rejects.toThrow(
      LedgerError,
    );
  });
});

describe("remembered", () => {
  it("knows nothing of a stack that was never updated", () => {
    expect([remembered({}), remembered(undefined)]).toEqual(
      Array.from({ length: 2 }, () => ({ ledger: null, filledBy: empty })),
    );
  });

  it("knows which entry filled each slot", () => {
    const slots = { blue: { filledBy: 3, version: "1.0.0" }, green: null };
    expect(remembered({ ledger: { id: "L", head: null }, slots }).filledBy).toEqual({ blue: 3, green: null });
  });

  it("refuses outputs that don't name a ledger", () => {
    expect(() => remembered({ slots: empty })).toThrow(LedgerError);
  });
});
