import { describe, expect, it } from "vitest";
import { RefusedError } from "../model/errors.ts";
import { holding, type Holding } from "./holding.ts";
import type { Held, Holder, HolderPort } from "./ports.ts";

const holder = (id: string): Holder => ({ id, who: `${id} on runner-2, process 7`, machine: "runner-2", pid: 7 });
const [me, other] = [holder("me"), holder("other")];

/** One stream's hold in memory, on a clock that moves by sleeping only. */
class Store {
  now = 1_000;
  taken: { holder: Holder; until: number } | null = null;
  /** Called when time has passed. */
  onTick = () => undefined as void;
  readonly said: string[] = [];
  readonly stop = new AbortController();

  readonly port: HolderPort = {
    hold: (_stream, wanted, seconds, force) => {
      const free = force || !this.taken || this.taken.until <= this.now || this.taken.holder.id === wanted.id;
      if (free) this.taken = { holder: wanted, until: this.now + seconds };
      return Promise.resolve(this.held() as Held);
    },
    heldBy: () => Promise.resolve(this.held()),
    letGo: (_stream, { id }) => {
      if (this.taken?.holder.id === id) this.taken = null;
      return Promise.resolve();
    },
  };

  held(): Held | null {
    return this.taken && { ...this.taken, remainingSeconds: this.taken.until - this.now };
  }

  options(more: Partial<Holding> = {}): Holding {
    const clock = {
      now: () => this.now * 1000,
      steady: () => this.now * 1000,
      sleep: async (ms: number, signal?: AbortSignal) => {
        await new Promise((next) => setImmediate(next));
        if (signal?.aborted) return;
        this.now += ms / 1000;
        this.onTick();
      },
    };
    const tell = (_kind: string, text: string) => void this.said.push(text);
    const common = { holders: this.port, stream: "dev/org1/ui", me, seconds: 30, isGone: () => false };
    return { ...common, clock, tell, signal: this.stop.signal, ...more };
  }
}

const done = () => Promise.resolve("done");

describe("a driver", () => {
  it("holds its service while it acts, and lets go whatever comes of it", async () => {
    const store = new Store();
    const acting = holding(store.options(), "alone", () => {
      expect(store.taken?.holder).toEqual(me);
      return Promise.reject(new Error("no"));
    });
    await expect(acting).rejects.toThrow("no");
    expect(store.taken).toBeNull();
  });

  it("renews three times in the time for which it would be missed", async () => {
    const store = new Store();
    const seen: number[] = [];
    store.onTick = () => void seen.push(store.held()?.remainingSeconds ?? -1);
    await holding(store.options(), "alone", async () => {
      while (store.now < 1_100) await new Promise((next) => setImmediate(next));
    });
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(new Set(seen)).toEqual(new Set([20]));
  });

  it("doesn't renew any more once another one has it", async () => {
    const store = new Store();
    await holding(store.options(), "alone", async () => {
      await store.port.hold("", other, 1_000, true);
      while (store.now < 1_010) await new Promise((next) => setImmediate(next));
      for (let turn = 0; turn < 10; turn++) await new Promise((next) => setImmediate(next));
    });
    expect(store.now).toBe(1_010);
    expect(store.taken?.holder).toEqual(other);
  });

  it("alone is refused by name where another one drives, and nothing is done", async () => {
    const store = new Store();
    await store.port.hold("", other, 25, false);
    let acted = false;
    const refused = holding(store.options(), "alone", () => Promise.resolve((acted = true)));
    await expect(refused).rejects.toThrow(RefusedError);
    await expect(refused).rejects.toThrow(/^other on runner-2, process 7 drives it.* 25 s .*"sluice abort"/);
    expect(acted).toBe(false);
    expect(store.taken?.holder).toEqual(other);
  });

  it("afterwards waits for a hold that nobody renews, and takes over", async () => {
    const store = new Store();
    await store.port.hold("", other, 25, false);
    expect(await holding(store.options(), "afterwards", done)).toBe("done");
    expect(store.now).toBeGreaterThanOrEqual(1_025);
    expect(store.now).toBeLessThan(1_027);
    expect(store.said).toEqual([
      expect.stringMatching(/^other on runner-2, process 7 drives it; .* takes over in 25 s$/),
    ]);
  });

  it("afterwards is refused as soon as the other one renews", async () => {
    const store = new Store();
    await store.port.hold("", other, 25, false);
    store.onTick = () => {
      if (store.now >= 1_010) store.taken = { holder: other, until: store.now + 25 };
    };
    await expect(holding(store.options(), "afterwards", done)).rejects.toThrow(
      "other on runner-2, process 7 drives it",
    );
    expect(store.now).toBeLessThan(1_012);
  });

  it("afterwards doesn't wait for one that is known to have ended, nor on when a person stops it", async () => {
    const gone = new Store();
    await gone.port.hold("", other, 25, false);
    expect(await holding(gone.options({ isGone: ({ id }) => id === "other" }), "afterwards", done)).toBe("done");
    expect(gone.now).toBe(1_000);

    const stopped = new Store();
    await stopped.port.hold("", other, 25, false);
    stopped.stop.abort();
    await expect(holding(stopped.options(), "afterwards", done)).rejects.toThrow("stopped by a person");
  });

  it("at once takes it from whoever has it", async () => {
    const store = new Store();
    await store.port.hold("", other, 25, false);
    expect(await holding(store.options(), "atOnce", done)).toBe("done");
    expect(store.now).toBe(1_000);
  });

  it("acts although nobody can say who drives: what it appends is refused if another one does", async () => {
    const broken = () => Promise.reject(new Error("no answer"));
    const port: HolderPort = { hold: broken, heldBy: broken, letGo: broken };
    for (const manner of ["alone", "afterwards", "atOnce"] as const)
      expect(await holding(new Store().options({ holders: port }), manner, done)).toBe("done");
  });
});
