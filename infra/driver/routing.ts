import type { Share } from "../model/share.ts";
import type { SlotName } from "../model/slot.ts";
import type { Observation } from "../rollout/state.ts";
import { carriedOut, inWords, onEveryHost, type Run } from "./context.ts";
import { hostsOf, hostsWith, markersFor } from "./places.ts";
import type { Clients, HostPort } from "./ports.ts";

/**
 * Seen on every gateway: a bucket under lease goes to the candidate, or copies of its requests do, and one without stays on
 * the settled slot.
 */
export async function verifyRouting(run: Run, share: Share): Promise<Observation> {
  const [first = 0] = run.order;
  const last = run.order.at(-1) ?? 0;
  const markers = markersFor(run, run.settled);
  return everyGateway(hostsWith(run, run.candidate), async (host) => {
    if (typeof share === "object") {
      const { copies } = await expectTarget(host, first, markers(host));
      if (copies !== run.candidate) throw new Error(`requests of bucket ${first} aren't copied to ${run.candidate}`);
    } else await expectTarget(host, share === 0 ? "testers" : first, run.candidate);
    if (share !== 100) await expectTarget(host, last, markers(host));
  });
}

/** Seen on every gateway: the slot is settled where it has a place, and the first and last bucket of the order go there. */
export async function verifySettled(run: Run, slot: SlotName | null) {
  const markers = markersFor(run, slot);
  return everyGateway(hostsOf(run), (host) => seeSettled(host, markers(host), run.order));
}

/** @throws Error when one host's gateway has another slot settled, or sends the first or the last bucket elsewhere */
export async function seeSettled(host: HostPort, slot: SlotName | null, order: readonly number[]): Promise<void> {
  for (const bucket of [order[0] ?? 0, order.at(-1) ?? 999]) {
    const { settled } = await expectTarget(host, bucket, slot);
    if (settled !== slot) throw new Error(`${settled ?? "nothing"} is settled, expected ${slot ?? "nothing"}`);
  }
}

/**
 * Seen through every gateway: a request of a leased client is answered by this slot, as the health contract asks. Unhealthy
 * only where the slot itself answers otherwise; a request that it didn't answer says nothing of it.
 */
export async function verifyAnswers(run: Run, slot: SlotName): Promise<Observation> {
  const { path, status } = run.plan.health.http;
  const { done, failed } = await onEveryHost(hostsWith(run, slot), async (host) => {
    const answer = await host.askThrough(run.order[0] ?? 0, path, run.plan.health.timeoutSeconds * 1000);
    if (answer.kind === "failed") throw new Error(answer.reason);
    if (answer.slot !== slot) throw new Error(`${answer.slot ?? "no slot"} answered, expected ${slot}`);
    return answer.status;
  });
  const wrong = done.filter(({ value }) => value !== status);
  const bad = wrong.map(({ host, value }) => ({ host, reason: `${slot} answers ${value}, expected ${status}` }));
  const all = [...bad, ...failed];
  if (all.length === 0) return { kind: "healthy" };
  const kind = bad.length > 0 ? "unhealthy" : "impossible";
  return { kind, reason: inWords(all), hosts: all.map(({ host }) => host) };
}

async function expectTarget(host: HostPort, clients: Clients, expected: SlotName | null) {
  const routing = await host.probe(clients);
  if (routing.target !== expected) {
    const who = clients === "testers" ? "a tester" : `bucket ${clients}`;
    throw new Error(`${who} goes to ${routing.target ?? "no slot"}, expected ${expected ?? "no slot"}`);
  }
  return routing;
}

async function everyGateway(hosts: readonly HostPort[], look: (host: HostPort) => Promise<void>): Promise<Observation> {
  return carriedOut(await onEveryHost(hosts, look));
}
