import { describe, expect, it } from "vitest";
import { FakeClock } from "../../driver/testing/fake-clock.ts";
import { UnknownError } from "../../model/errors.ts";
import { patience, stoppable, type Stopping } from "./stopping.ts";

/** Stops an engine that ends after it got so many interrupts: when it got them, in milliseconds, and what came of it. */
async function stopped(
  endsAfter: number,
  stopping: Omit<Stopping, "stop" | "clock"> & { readonly clock?: FakeClock } = {},
) {
  const stop = new AbortController();
  const { clock = new FakeClock() } = stopping;
  const begun = clock.now();
  const interrupts: number[] = [];
  const ended = stoppable({ ...stopping, clock, stop: stop.signal }, (signal) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      interrupts.push(clock.now() - begun);
      if (interrupts.length >= endsAfter) reject(new Error("error: update canceled"));
    });
    return promise;
  });
  stop.abort();
  const failure = await ended.catch((error: unknown) => error);
  await clock.sleep(4 * patience);
  return { failure, interrupts };
}

describe("an operation of Pulumi that is stopped", () => {
  it("ends in good order where the engine does, and says what it was at", async () => {
    const failure = new UnknownError("Pulumi was cancelled in the middle of: create of Container host-b-green");
    expect(await stopped(1, { at: () => "create of Container host-b-green" })).toEqual({ failure, interrupts: [0] });
  });

  it("isn't told before it minds, since that would end it with its lock left behind", async () => {
    const failure = new UnknownError("Pulumi was cancelled");
    const clock = new FakeClock();
    const ready = clock.sleep(400);
    expect(await stopped(1, { ready, clock })).toEqual({ failure, interrupts: [400] });
    const never = new Promise<void>(() => undefined);
    expect(await stopped(1, { ready: never })).toEqual({ failure, interrupts: [patience] });
  });

  it("is told a second time after a while", async () => {
    const failure = new UnknownError("Pulumi was cancelled");
    expect(await stopped(2)).toEqual({ failure, interrupts: [0, patience] });
  });

  it("is left alone when that doesn't help either", async () => {
    const failure = new UnknownError("Pulumi was cancelled, but doesn't end: the stack stays locked until it does");
    expect(await stopped(Infinity)).toEqual({ failure, interrupts: [0, patience, 2 * patience] });
  });

  it("isn't told at once what a terminal told it", async () => {
    const failure = new UnknownError("Pulumi was cancelled");
    expect(await stopped(1, { isTold: () => true })).toEqual({ failure, interrupts: [patience] });
  });
});

describe("an operation of Pulumi that isn't stopped", () => {
  it("gives what it came to, and its own failure", async () => {
    expect(await stoppable({}, () => Promise.resolve("done"))).toBe("done");
    const failure = new Error("no such image");
    await expect(stoppable({}, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it("is not begun once somebody asked for its end", async () => {
    const act = (signal: AbortSignal) => Promise.resolve().then(() => signal.throwIfAborted());
    await expect(stoppable({ stop: AbortSignal.abort() }, act)).rejects.toThrow("Pulumi was cancelled");
  });

  it("keeps what it came to although it was stopped at the end", async () => {
    const stop = new AbortController();
    const done = stoppable({ stop: stop.signal }, (signal) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      signal.addEventListener("abort", () => resolve("done"));
      return promise;
    });
    stop.abort();
    expect(await done).toBe("done");
  });
});
