import type { Output } from "./output.ts";

/**
 * The first Ctrl-C (or SIGTERM) asks the driver to go back in good order; the second ends it at once, and then the lease
 * lapses by itself.
 */
export function interruptible({ tell }: Pick<Output, "tell">): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    tell("note", "Stopping: the rollout goes back. Once more ends at once, and the lease lapses by itself.");
    controller.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    done: () => void process.off("SIGINT", onSignal).off("SIGTERM", onSignal),
  };
}
