import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { slotWindow } from "../../model/judge-window.ts";
import type { ExporterReading, Reading, SlotCounters } from "../../model/reading.ts";
import { between } from "./between.ts";

const counters = (requests: number, errors: number, ...upTo: readonly number[]): SlotCounters => ({
  requests,
  errors,
  buckets:
    upTo.length === 0
      ? []
      : [100, 500, Infinity].map((milliseconds, index) => ({ milliseconds, count: upTo[index] ?? 0 })),
});
const none = counters(0, 0);
const exporter = (at: number, over: Partial<ExporterReading> = {}): ExporterReading => ({
  host: "host-a",
  origin: "instance=a:9190",
  at,
  heartbeats: at,
  slots: { blue: none, green: none },
  ...over,
});
const reading = (...exporters: readonly ExporterReading[]): Reading => ({ exporters });
const on = ["host-a"];

describe("between two readings", () => {
  const before = exporter(1, { slots: { blue: counters(100, 10, 60, 90, 98), green: none } });
  const after = exporter(2, { slots: { blue: counters(150, 12, 70, 130, 146), green: counters(5, 1, 2, 4, 5) } });

  it("is what came, by whole requests, with series that began since counted from 0", () => {
    expect(between(reading(before), reading(after), on)).toEqual({
      kind: "counted",
      slots: {
        blue: { requests: 50, errors: 2, latency: { boundsMilliseconds: [100, 500], counts: [10, 30, 8] } },
        green: { requests: 5, errors: 1, latency: { boundsMilliseconds: [100, 500], counts: [2, 2, 1] } },
      },
      next: reading(after),
    });
  });

  it("is nothing, counted, for slots without requests", () => {
    const empty = { requests: 0, errors: 0, latency: { boundsMilliseconds: [60_000], counts: [0, 0] } };
    expect(between(reading(exporter(1)), reading(exporter(2)), on)).toMatchObject({
      kind: "counted",
      slots: { blue: empty, green: empty },
    });
  });

  it.each([
    ["fewer requests", counters(7, 1, 3, 6, 7)],
    ["fewer errors", counters(150, 1, 70, 130, 146)],
    ["a bucket with less in it", counters(150, 12, 59, 130, 146)],
    ["a bucket that is gone", { ...counters(150, 12), buckets: [{ milliseconds: Infinity, count: 146 }] }],
    ["a series that is gone", none],
  ])("is all that an exporter holds that has started anew, as %s tells", (_what, blue) => {
    const seen = between(reading(before), reading(exporter(2, { slots: { blue, green: none } })), on);
    const { requests, errors } = blue;
    expect(seen).toMatchObject({ kind: "counted", slots: { blue: { requests, errors } } });
  });

  it("is all that an exporter holds whose heartbeats began anew", () => {
    const slots = { blue: counters(160, 12, 70, 130, 146), green: none };
    const seen = between(
      reading(exporter(9, { slots: before.slots })),
      reading(exporter(10, { heartbeats: 2, slots })),
      on,
    );
    expect(seen).toMatchObject({ kind: "counted", slots: { blue: { requests: 160 } } });
  });

  it("adds up hosts, by the bounds that all of them have", () => {
    const finer: SlotCounters = {
      requests: 3,
      errors: 0,
      buckets: [50, 500, Infinity].map((milliseconds, index) => ({ milliseconds, count: [1, 2, 3][index] ?? 0 })),
    };
    const b = (at: number, blue: SlotCounters) => exporter(at, { host: "host-b", slots: { blue, green: none } });
    const seen = between(reading(before, b(1, none)), reading(after, b(2, finer)), ["host-a", "host-b"]);
    expect(seen).toMatchObject({
      slots: { blue: { requests: 53, errors: 2, latency: { boundsMilliseconds: [500], counts: [42, 9] } } },
    });
  });

  it("counts a host once, however many tell of it, and by the one that told before", () => {
    const other = exporter(3, { origin: "instance=b:9190", slots: { blue: counters(900, 0, 1, 2, 3), green: none } });
    const seen = between(reading(before), reading(other, after), on);
    expect(seen).toMatchObject({ kind: "counted", slots: { blue: { requests: 50 } }, next: reading(after) });
  });

  it.each<[string, Reading, Reading, string, Reading]>([
    [
      "no exporter tells",
      reading(before),
      reading(),
      "no counters of host-a arrive: its exporter, or what reads it, doesn't run",
      reading(before),
    ],
    ["nothing was known before", reading(), reading(after), "host-a is counted from now on", reading(after)],
    [
      "no sample is new",
      reading(before),
      reading({ ...after, at: 1 }),
      "nothing new of host-a has arrived",
      reading(before),
    ],
    [
      "the log isn't read",
      reading(before),
      reading({ ...after, heartbeats: 1 }),
      "the exporter of host-a answers, but reads nothing new from the gateway's log",
      reading(before),
    ],
    [
      "another exporter tells",
      reading(before),
      reading({ ...after, origin: "instance=b" }),
      "host-a is counted anew: instance=b tells its counters in place of instance=a:9190",
      reading({ ...after, origin: "instance=b" }),
    ],
  ])("is unseen when %s", (_what, was, is, reason, next) => {
    expect(between(was, is, on)).toEqual({ kind: "unseen", reason, next });
  });

  it("loses nothing of a host that could be seen while another couldn't", () => {
    const b = (at: number, requests: number) =>
      exporter(at, { host: "host-b", slots: { blue: none, green: counters(requests, 0) } });
    const hosts = ["host-a", "host-b"];
    const first = between(reading(before, b(1, 1)), reading(after), hosts);
    expect(first).toMatchObject({ kind: "unseen", reason: expect.stringMatching(/^no counters of host-b/) as string });
    const later = { ...after, at: 3, heartbeats: 3 };
    expect(between(first.next, reading(later, b(3, 4)), hosts)).toMatchObject({
      kind: "counted",
      slots: { blue: { requests: 50 }, green: { requests: 8 } },
    });
  });

  it("is always a window that the judge takes, and never loses or invents a request while exporters run", () => {
    const step = fc.record({
      ok: fc.nat(50),
      failed: fc.nat(5),
      fast: fc.nat(40),
      slow: fc.nat(15),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let [requests, errors, fast, all, at] = [0, 0, 0, 0, 1];
        const now = () => exporter(at, { slots: { blue: none, green: counters(requests, errors, fast, all, all) } });
        let known = reading(now());
        let counted = 0;
        for (const { ok, failed, fast: quick, slow, late } of [
          ...steps,
          { ok: 0, failed: 0, fast: 0, slow: 0, late: false },
        ]) {
          requests += ok + failed;
          errors += failed;
          fast += Math.min(quick, ok + failed);
          all += Math.min(quick + slow, ok + failed);
          at += late ? 0 : 1;
          const seen = between(known, reading(now()), on);
          known = seen.next;
          if (seen.kind === "unseen") continue;
          expect(slotWindow.safeParse(seen.slots.green).success).toBe(true);
          counted += seen.slots.green.requests;
        }
        expect(counted).toBe(requests);
      }),
    );
  });
});
