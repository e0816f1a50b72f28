import { permutation } from "../gateway/permutation.ts";
import type { EventOf } from "../ledger/event.ts";
import { RefusedError } from "../model/errors.ts";
import type { RolloutState } from "../rollout/state.ts";
import type { Run, Service } from "./context.ts";
import { decide, type Wanted } from "./decide.ts";
import { carryThrough } from "./run.ts";

/** How a command of the driver ended. */
export type Outcome =
  | { readonly kind: "nothingToDo"; readonly reason: string }
  | { readonly kind: "ended"; readonly rollout: string; readonly state: RolloutState };

/**
 * Decides the gates, writes the plan down and carries it through.
 * @throws RefusedError when a gate denies, or another rollout is under way.
 */
export async function startRollout(service: Service, id: string, wanted: Wanted): Promise<Outcome> {
  const { journal } = service;
  const decision = decide(journal.entries, wanted);
  switch (decision.kind) {
    case "busy":
      throw new RefusedError(decision.reason);
    case "alreadySettled":
      return { kind: "nothingToDo", reason: decision.reason };
    case "refused":
    case "go":
      break;
  }
  const { purpose, revision } = wanted;
  await journal.append({ kind: "requested", rollout: id, release: revision.release, purpose });
  for (const gate of decision.gates) {
    await journal.append({ kind: "gate", rollout: id, ...gate, inputs: { ...gate.inputs } });
    service.tell(gate.allowed ? "good" : "bad", `Gate ${gate.gate}: ${gate.reason}`);
  }
  if (decision.kind === "refused") {
    await journal.append({ kind: "refused", rollout: id, reason: decision.reason });
    throw new RefusedError(decision.reason);
  }
  const { candidate, settled, plan, revisionHash } = decision;
  const started = { kind: "started", rollout: id, purpose, candidate, settled, revision, revisionHash, plan } as const;
  const { sequence } = await journal.append(started);
  const state = await carryThrough(runOf(service, started, sequence), { phase: "preparing" });
  return { kind: "ended", rollout: id, state };
}

/** The driver's hold on a rollout: what was frozen at its start, and the token by which hosts know this driver. */
export function runOf(service: Service, started: EventOf<"started">, token: number): Run {
  const { rollout: id, purpose, plan, candidate, settled, revision, revisionHash } = started;
  const order = permutation(plan.seed);
  return { ...service, id, purpose, plan, candidate, settled, revision, revisionHash, order, token, afterwards: [] };
}
