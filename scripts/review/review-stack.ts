import { PolicyError, type PulumiEngine } from "../../infra/adapters/pulumi.ts";
import { messageOf } from "../../infra/model/errors.ts";
import type { Reviewed } from "./reviewed.ts";

type Engine = Pick<PulumiEngine, "changes">;

export interface Look {
  /** Previews with the policy pack. */
  readonly guarded: Engine;
  /** Previews without it. */
  readonly unguarded: Engine;
  readonly signal: AbortSignal;
  /** Whether the providers are asked first what is really there. */
  readonly refresh: boolean;
}

/**
 * The engine tells no changes of a preview that the policy refuses: then it is asked once more without the policy. Nothing
 * is thrown: what fails in one stack says nothing of the others.
 */
export async function reviewStack(stack: string, { guarded, unguarded, signal, refresh }: Look): Promise<Reviewed> {
  const from = refresh ? "refreshed" : "state";
  try {
    return { kind: "previewed", stack, changes: await guarded.changes(stack, signal, from), violations: [] };
  } catch (error) {
    if (!(error instanceof PolicyError)) return { kind: "failed", stack, reason: messageOf(error) };
    const { violations } = error;
    try {
      return { kind: "previewed", stack, changes: await unguarded.changes(stack, signal, from), violations };
    } catch (second) {
      return { kind: "refused", stack, violations, reason: messageOf(second) };
    }
  }
}

/** Reviews of environments, one after another. One that fails as a whole, by wrong settings say, hides no other. */
export async function reviewEach(
  environments: readonly string[],
  review: (environment: string) => Promise<readonly Reviewed[]>,
): Promise<readonly Reviewed[]> {
  const all: Reviewed[] = [];
  for (const stack of environments) {
    const failed = (error: unknown): readonly Reviewed[] => [{ kind: "failed", stack, reason: messageOf(error) }];
    all.push(...(await review(stack).catch(failed)));
  }
  return all;
}
