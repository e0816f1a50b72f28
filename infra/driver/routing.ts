import type { SlotName } from "../model/slot.ts";
import type { Observation } from "../rollout/state.ts";
import { carriedOut, inWords, onEveryHost, type Run, type Service } from "./context.ts";
import type { HostPort } from "./ports.ts";

/** Seen on every gateway: a bucket under lease goes to the candidate, one without stays on the settled slot. */
export async function verifyRouting(run: Run, percent: number): Promise<Observation> {
  const leased = run.order[0] ?? 0;
  const unleased = percent < 100 ? (run.order.at(-1) ?? 0) : null;
  return everyGateway(run.hosts, async (host) => {
    await expectTarget(host, leased, run.candidate);
    if (unleased !== null) await expectTarget(host, unleased, run.settled);
  });
}

/** Seen on every gateway: the slot is settled, and the first and the last bucket of the order go there. */
export async function verifySettled(
  service: Pick<Service, "hosts">,
  slot: SlotName | null,
  order: readonly number[],
): Promise<Observation> {
  return everyGateway(service.hosts, (host) => seeSettled(host, slot, order));
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
  const { done, failed } = await onEveryHost(run.hosts, async (host) => {
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

async function expectTarget(host: HostPort, bucket: number, expected: SlotName | null) {
  const routing = await host.probe(bucket);
  if (routing.target !== expected) {
    throw new Error(`bucket ${bucket} goes to ${routing.target ?? "no slot"}, expected ${expected ?? "no slot"}`);
  }
  return routing;
}

async function everyGateway(hosts: readonly HostPort[], look: (host: HostPort) => Promise<void>): Promise<Observation> {
  return carriedOut(await onEveryHost(hosts, look));
}
