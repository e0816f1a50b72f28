import { permutation } from "../gateway/permutation.ts";
import { declared } from "../ledger/declared.ts";
import type { Entry, EventOf } from "../ledger/event.ts";
import { RefusedError, UnknownError } from "../model/errors.ts";
import type { RolloutState } from "../rollout/state.ts";
import type { SlotName } from "../model/slot.ts";
import { circumstancesOf } from "./circumstances.ts";
import { inWords, onEveryHost, type Run, type Service } from "./context.ts";
import { DriftWatch, sayDrift } from "./drift.ts";
import { decide, type Wanted } from "./decide.ts";
import { markersFor } from "./places.ts";
import { carryThrough } from "./run.ts";
import { signDecision } from "./signing/decide.ts";

/** How a command of the driver ended. */
export type Outcome =
  | { readonly kind: "nothingToDo"; readonly reason: string }
  | {
      readonly kind: "ended";
      readonly rollout: string;
      readonly state: RolloutState;
      /** A promoted release was left, by the markers alone: `rollout` is the one that was left. */
      readonly reverted?: true;
    };

/**
 * Decides the gates, writes the plan down and carries it through.
 * @throws RefusedError when a gate denies, or another rollout is under way.
 */
export async function startRollout(service: Service, id: string, wanted: Wanted): Promise<Outcome> {
  const { journal } = service;
  await journal.catchUp();
  const decision = decide(journal.entries, wanted, await circumstancesOf(service, wanted));
  switch (decision.kind) {
    case "busy":
      throw new RefusedError(decision.reason);
    case "alreadySettled":
      return { kind: "nothingToDo", reason: decision.reason };
    case "refused":
    case "go":
      break;
  }
  if (decision.kind === "go") await refuseAstray(service, decision.settled);
  const { purpose, revision, reason } = wanted;
  const why = reason === undefined ? {} : { reason };
  await journal.append({ kind: "requested", rollout: id, release: revision.release, purpose, ...why });
  for (const gate of decision.gates) {
    await journal.append({ kind: "gate", rollout: id, ...gate, inputs: { ...gate.inputs } });
    service.tell(gate.allowed ? "good" : "bad", `Gate ${gate.gate}: ${gate.reason}`);
  }
  if (decision.kind === "refused") throw await refused(service, id, decision.reason);
  const signed = await signDecision(service, id, wanted, decision);
  if (signed.kind === "failed") throw await refused(service, id, signed.reason);
  if (signed.kind === "signed") {
    const { revisionHash } = decision;
    await journal.append({ kind: "decided", rollout: id, revisionHash, decision: signed.envelope });
  }
  const { candidate, settled, plan, revisionHash } = decision;
  const started = { kind: "started", rollout: id, purpose, candidate, settled, revision, revisionHash, plan } as const;
  const { sequence } = await journal.append(started);
  const run = runOf(service, started, sequence);
  await sayDrift(run, await run.drift.look(run));
  for (const text of moves(journal.entries, started)) service.tell("note", text);
  const state = await carryThrough(run, { phase: "preparing" });
  return { kind: "ended", rollout: id, state };
}

async function refused({ journal }: Service, rollout: string, reason: string): Promise<RefusedError> {
  await journal.append({ kind: "refused", rollout, reason });
  return new RefusedError(reason);
}

/**
 * The slot to be filled must not be one that serves: a host whose marker isn't where the ledger has it stops everything.
 * Nor is anything begun with a host of which nobody could see that it went back.
 * @throws RefusedError for the first, UnknownError for the second
 */
async function refuseAstray(service: Service, settled: SlotName | null): Promise<void> {
  const markers = markersFor(service, settled);
  const { done, failed } = await onEveryHost(service.hosts, (host) => host.state());
  const astray = done.filter(({ host, value }) => value.settled !== markers({ name: host }));
  const away = failed.filter(({ host }) => markers({ name: host }) !== null);
  if (astray.length === 0 && away.length === 0) return;
  if (astray.length === 0)
    throw new UnknownError(`not every host that serves can be asked, nothing was done: ${inWords(away)}`);
  const where = astray.map(({ host, value }) => `${host} has ${value.settled ?? "no slot"}`).join(", ");
  const what = `the ledger has ${settled ?? "no slot"} settled, but ${where}`;
  throw new RefusedError(`${what}; "sluice resume" brings the hosts to what the ledger says`);
}

/** What a person has to know of hosts on which the service begins or ends with this rollout. */
function moves(entries: readonly Entry[], { revision, settled }: EventOf<"started">): readonly string[] {
  const before = settled === null ? [] : declared(entries).places[settled];
  if (before.length === 0) return [];
  const version = revision.release.version;
  const joining = Object.keys(revision.hosts).filter((host) => !before.includes(host));
  const leaving = before.filter((host) => revision.hosts[host] === undefined);
  return [
    ...joining.map((host) => `${host} joins: it serves nobody (503) until ${version} is settled`),
    ...leaving.map((host) => `${host} leaves: it serves nobody (503) once ${version} is settled`),
  ];
}

/** The driver's hold on a rollout: what was frozen at its start, and the token by which hosts know this driver. */
export function runOf(service: Service, started: EventOf<"started">, token: number): Run {
  const { rollout: id, purpose, plan, candidate, settled, revision, revisionHash } = started;
  const order = permutation(plan.seed);
  const frozen = { id, purpose, plan, candidate, settled, revision, revisionHash };
  return { ...service, ...frozen, order, token, afterwards: [], drift: new DriftWatch() };
}
