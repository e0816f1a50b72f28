import type { Plan } from "../model/plan.ts";
import type { SlotName } from "../model/slot.ts";
import type { Service } from "./context.ts";
import { hostsWith } from "./places.ts";
import { limits } from "./limits.ts";
import type { Clock, HostPort } from "./ports.ts";

/** Names of hosts by what their warm slot is good for. */
export interface Warmth {
  /** It answers as the health contract asks. */
  readonly well: readonly string[];
  /** It answers otherwise, or not at all although the host's gateway does. */
  readonly ill: readonly string[];
  /** Neither slot nor gateway answers: nothing can be said of it. */
  readonly away: readonly string[];
}

/** Asks a slot that is still warm on every host; who doesn't answer at all keeps the others' users waiting only shortly. */
export async function askWarm(service: Service, slot: SlotName, plan: Plan): Promise<Warmth> {
  const asked = await Promise.all(
    hostsWith(service, slot).map(async (host) => ({ host, how: await ask(host, service.clock, slot, plan) })),
  );
  const named = (kind: keyof Warmth) => asked.flatMap(({ host, how }) => (how === kind ? host.name : []));
  return { well: named("well"), ill: named("ill"), away: named("away") };
}

async function ask(host: HostPort, clock: Clock, slot: SlotName, { health }: Plan): Promise<keyof Warmth> {
  const { path, status } = health.http;
  let answers = false;
  const gateway = host.probe(0).then(
    () => (answers = true),
    () => false,
  );
  const withoutAnswer = async () => ((await gateway) ? "ill" : "away");
  const asked = host.ask(slot, path, health.timeoutSeconds * 1000).then((answer) => {
    if (answer.kind === "failed") return withoutAnswer();
    return answer.status === status ? "well" : "ill";
  }, withoutAnswer);
  const over = new AbortController();
  const late = clock.sleep(limits.reach, over.signal).then(() => (answers ? asked : "away"));
  try {
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
  }
}
