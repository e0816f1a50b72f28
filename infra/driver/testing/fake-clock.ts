import type { Clock } from "../ports.ts";

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that goes on to the next sleeper's time as soon as nothing else is left to do: hours pass in milliseconds. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #setForward = 0;
  #pumping = false;
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now + this.#setForward;
  }

  steady(): number {
    return this.#now;
  }

  /** Somebody sets the clock by so many milliseconds; as much time passes as before. */
  set(ms: number): void {
    this.#setForward += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = { at: this.#now + Math.max(0, ms), wake: resolve };
      const place = this.#timers.findIndex(({ at }) => at > timer.at);
      this.#timers.splice(place < 0 ? this.#timers.length : place, 0, timer);
      const abort = () => {
        const found = this.#timers.indexOf(timer);
        if (found >= 0) this.#timers.splice(found, 1);
        resolve();
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      const next = this.#timers.shift();
      if (!next) return;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      if (this.#timers.length > 0) this.#pump();
    });
  }
}
