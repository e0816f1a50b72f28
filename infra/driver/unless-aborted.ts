import type { Run } from "./context.ts";

/**
 * A person who wants to go back doesn't wait for what nobody needs any more: null as soon as that is asked for. It goes on
 * unseen, so only for what may come to its end later, too.
 */
export async function unlessAborted<T>({ signal }: Pick<Run, "signal">, doing: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const asked = new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true, signal: over.signal });
    if (signal.aborted) resolve(null);
  });
  doing.catch(() => undefined);
  try {
    const done = await Promise.race([doing, asked]);
    return signal.aborted ? null : done;
  } finally {
    over.abort();
  }
}
