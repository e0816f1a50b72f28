import { describe, expect, it } from "vitest";
import type { LedgerEvent } from "../ledger/event.ts";
import { recordedExceptions } from "../ledger/exceptions.ts";
import { actorOf } from "../model/actor.ts";
import { LedgerError } from "../model/errors.ts";
import { sampleException as exception } from "../model/testing/exception.ts";
import { recordExceptions } from "./record-exceptions.ts";
import { FakeLedger } from "./testing/fake-ledger.ts";

const longer = { ...exception, expires: "2027-02-15" };
const other = { ...exception, rule: "container-limits" };
const by = actorOf("bob", "test");
const clock = { now: () => Date.parse("2026-12-02T10:00:00Z") };
const ledgerOf = (fake: FakeLedger, before: () => void = () => undefined) => ({
  read: () => Promise.resolve([...fake.entries]),
  append: (stream: string, expected: number, event: LedgerEvent, by: string, at: string) => {
    before();
    return Promise.resolve().then(() => fake.append(stream, expected, event, by, at));
  },
});

describe("exceptions of the policy", () => {
  it("are in the environment's own stream before anything is declared by them, with who acted and when", async () => {
    const fake = new FakeLedger();
    await recordExceptions({ ledger: ledgerOf(fake), clock, by }, "prod", [exception, other]);
    expect(fake.entries.map(({ stream, by, event }) => ({ stream, by, event }))).toEqual([
      { stream: "prod", by: "bob", event: { kind: "excepted", ...exception } },
      { stream: "prod", by: "bob", event: { kind: "excepted", ...other } },
    ]);
    expect(fake.problem("prod")).toBeNull();
    expect(recordedExceptions(fake.entries)[0]).toEqual({ ...exception, by: "bob", at: "2026-12-02T10:00:00.000Z" });
  });

  it("are written once, and once more when anything in them changed", async () => {
    const fake = new FakeLedger();
    const ports = { ledger: ledgerOf(fake), clock, by };
    for (let times = 0; times < 2; times++) await recordExceptions(ports, "prod", [exception, exception]);
    await recordExceptions(ports, "prod", [longer]);
    expect(recordedExceptions(fake.entries).map(({ expires }) => expires)).toEqual(["2027-01-31", "2027-02-15"]);
  });

  it("are written by whoever comes first", async () => {
    const fake = new FakeLedger();
    let isFirst = true;
    const ledger = ledgerOf(fake, () => {
      if (isFirst) fake.append("prod", 1, { kind: "excepted", ...exception }, "carol", "2026-12-02T09:59:59.000Z");
      isFirst = false;
    });
    await recordExceptions({ ledger, clock, by }, "prod", [exception, other]);
    expect(recordedExceptions(fake.entries).map(({ rule, by }) => `${rule} ${by}`)).toEqual([
      "container-user carol",
      "container-limits bob",
    ]);
  });

  it("stop what was about to be declared where the ledger doesn't take them", async () => {
    const fake = new FakeLedger();
    const ledger = { ...ledgerOf(fake), append: () => Promise.reject(new LedgerError("opened to be read only")) };
    const recorded = recordExceptions({ ledger, clock, by }, "prod", [exception]);
    await expect(recorded).rejects.toThrow("opened to be read only");
  });
});
