import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Time that a program gets to end by itself after Ctrl-C, in milliseconds; the official language host's. */
const GRACE_MS = 5_000;

/** The processes that the language host has running, so that none outlives it. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Remembers a process until it ends. */
  add<Child extends ChildProcess>(child: Child): Child {
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    return child;
  }

  /** Asks every process to end, and ends those that don't within 5 s. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((child) => stopChild(child)));
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await closed;
  clearTimeout(timer);
}
