import { addTallies } from "../../gateway/observation.ts";
import { ConflictError, messageOf } from "../../model/errors.ts";
import type { Answer } from "../../model/answer.ts";
import type { SlotName } from "../../model/slot.ts";
import type { Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import type { HostPort, Tally } from "../ports.ts";

export const none: Tally = { requests: 0, errors: 0, milliseconds: new Map() };

/** One request of the driver's own to the candidate. */
export type Ask = (run: Run, host: HostPort) => Promise<Answer & { readonly slot: SlotName | null }>;

/** As a client under lease. */
export const throughGateway: Ask = ({ plan: { health }, order }, host) =>
  host.askThrough(order[0] ?? 0, health.http.path, health.timeoutSeconds * 1000);

/** Past the gateway. */
export const privately: Ask = async ({ plan: { health }, candidate }, host) => ({
  ...(await host.ask(candidate, health.http.path, health.timeoutSeconds * 1000)),
  slot: candidate,
});

/** The driver's own requests, where users make too few to tell: spread over the hosts, one after another on each. */
export async function topUp(run: Run, missing: number, ask: Ask): Promise<Tally> {
  const hosts = hostsWith(run, run.candidate);
  const share = Math.ceil(missing / hosts.length);
  return addTallies(await Promise.all(hosts.map((host) => askOften(run, host, share, ask))));
}

async function askOften(run: Run, host: HostPort, times: number, ask: Ask): Promise<Tally> {
  const milliseconds = new Map<number, number>();
  let [requests, errors] = [0, 0];
  for (let made = 0; made < times && !run.signal.aborted; made++) {
    const answer = await ask(run, host).catch(asFailure);
    // What the candidate didn't answer says nothing of it.
    if (answer.kind === "failed" || answer.slot !== run.candidate) continue;
    requests++;
    if (answer.status >= 500 && answer.status !== run.plan.health.http.status) errors++;
    const took = Math.round(answer.milliseconds);
    milliseconds.set(took, (milliseconds.get(took) ?? 0) + 1);
  }
  return { requests, errors, milliseconds };
}

function asFailure(error: unknown) {
  if (error instanceof ConflictError) throw error;
  return { kind: "failed", reason: messageOf(error), slot: null } as const;
}
