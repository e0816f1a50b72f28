import { addTallies, durationQuantile } from "../../gateway/observation.ts";
import { ConflictError, messageOf } from "../../model/errors.ts";
import type { Answer } from "../../model/answer.ts";
import type { SlotName } from "../../model/slot.ts";
import type { OwnRequests } from "../../rollout/own-requests.ts";
import type { Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import type { HostPort, Tally } from "../ports.ts";

export const none: Tally = { requests: 0, errors: 0, milliseconds: new Map() };

/** What the driver's own requests to a slot got. */
interface Asked {
  readonly answers: Tally;
  readonly unanswered: number;
}

/** What they got from both slots; `settled` is null where it wasn't asked. */
export interface Own {
  readonly candidate: Asked;
  readonly settled: Asked | null;
  /** Whether they are evidence for the candidate, too, and not only against it. */
  readonly counts: boolean;
}

export const nothingAsked: Own = { candidate: { answers: none, unanswered: 0 }, settled: null, counts: false };

/** By which way a slot is asked. */
export interface Way {
  readonly ask: (
    run: Run,
    host: HostPort,
    slot: SlotName,
    timeoutMs: number,
  ) => Promise<Answer & { readonly slot: SlotName | null }>;
  /** Whether the settled slot can be asked so, too. */
  readonly toBoth: boolean;
}

/** As clients under lease, and those that are the last to get one. */
export function throughGateway(percent: number): Way {
  return {
    ask: ({ plan: { health }, order, candidate }, host, slot, timeoutMs) =>
      host.askThrough((slot === candidate ? order[0] : order.at(-1)) ?? 0, health.http.path, timeoutMs),
    toBoth: percent < 100,
  };
}

/** Past the gateway. */
export const privately: Way = {
  ask: async ({ plan: { health } }, host, slot, timeoutMs) => ({
    ...(await host.ask(slot, health.http.path, timeoutMs)),
    slot,
  }),
  toBoth: true,
};

/**
 * The driver's own requests where users made too few to tell, to both slots. Where the settings want none, a candidate that
 * nobody reached is only asked whether it answers at all.
 */
export async function askOwn(run: Run, users: number, way: Way): Promise<Own> {
  const { watch } = run.plan;
  const counts = watch.topUp !== false;
  const probes = 2 * hostsWith(run, run.candidate).length;
  const wanted = counts ? watch.minRequests - users : users === 0 ? probes : 0;
  if (wanted <= 0) return nothingAsked;
  return { ...(await topUp(run, wanted, way)), counts };
}

/** Spread over the hosts, some at a time on each, and over when the next look would be due. */
export async function topUp(run: Run, wanted: number, way: Way): Promise<Omit<Own, "counts">> {
  const { clock, plan, candidate, settled } = run;
  const interval = plan.watch.intervalSeconds * 1000;
  const over = new AbortController();
  const now = clock.steady();
  const late = clock.sleep(interval, over.signal);
  const round: Round = { startBy: now + interval / 2, until: now + interval, late };
  try {
    const [mine, others] = await Promise.all([
      askSlot(run, candidate, wanted, way, round),
      settled && way.toBoth ? askSlot(run, settled, wanted, way, round) : null,
    ]);
    return { candidate: mine, settled: others };
  } finally {
    over.abort();
  }
}

/** As they are judged. */
export function ownOf({ candidate, settled }: Pick<Run, "candidate" | "settled">, own: Own) {
  const mine = ownRequests(candidate, own.candidate);
  return [mine, settled && own.settled ? ownRequests(settled, own.settled) : null] as const;
}

function ownRequests(slot: SlotName, { answers, unanswered }: Asked): OwnRequests {
  const { requests: answered, errors } = answers;
  return { slot, answered, errors, unanswered, p95Milliseconds: durationQuantile(answers, 0.95) };
}

/** Until when requests are begun, and waited for: each has half an interval at least. */
interface Round {
  readonly startBy: number;
  readonly until: number;
  readonly late: Promise<void>;
}

const atATime = 10;

async function askSlot(run: Run, slot: SlotName, wanted: number, way: Way, round: Round): Promise<Asked> {
  const hosts = hostsWith(run, slot);
  const share = Math.ceil(wanted / Math.max(1, hosts.length));
  const asked = await Promise.all(hosts.map((host) => askHost(run, host, slot, share, way, round)));
  return {
    answers: addTallies(asked.map(({ answers }) => answers)),
    unanswered: asked.reduce((sum, { unanswered }) => sum + unanswered, 0),
  };
}

async function askHost(
  run: Run,
  host: HostPort,
  slot: SlotName,
  times: number,
  way: Way,
  { startBy, until, late }: Round,
): Promise<Asked> {
  const { clock, plan, signal } = run;
  const milliseconds = new Map<number, number>();
  let [made, requests, errors, unanswered] = [0, 0, 0, 0];
  const tooLate = late.then(() => ({ kind: "failed", reason: "too late", slot: null }) as const);
  const keepAsking = async () => {
    while (made < times && !signal.aborted && clock.steady() < startBy) {
      made++;
      const timeout = Math.min(plan.health.timeoutSeconds * 1000, until - clock.steady());
      const answer = await Promise.race([way.ask(run, host, slot, timeout).catch(asFailure), tooLate]);
      if (answer.kind === "failed") unanswered++;
      // What another slot answered says nothing of this one.
      else if (answer.slot === slot) {
        requests++;
        if (answer.status >= 500 && answer.status !== plan.health.http.status) errors++;
        const took = Math.round(answer.milliseconds);
        milliseconds.set(took, (milliseconds.get(took) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, keepAsking));
  return { answers: { requests, errors, milliseconds }, unanswered };
}

function asFailure(error: unknown) {
  if (error instanceof ConflictError) throw error;
  return { kind: "failed", reason: messageOf(error), slot: null } as const;
}
