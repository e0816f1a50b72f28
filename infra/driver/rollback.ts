import { UnknownError } from "../model/errors.ts";
import type { Plan } from "../model/plan.ts";
import type { Revision } from "../model/revision.ts";
import type { Service } from "./context.ts";
import { beginRevert } from "./revert.ts";
import { startRollout, type Outcome } from "./rollout.ts";
import { askWarm } from "./warm-slot.ts";
import { wayBack, type WayBack } from "./way-back.ts";

export { wayBack, type WayBack };

export interface RollbackRequest {
  /** Rollout id to use where the target has to be brought up again. */
  readonly id: string;
  /** Version to go back to; null is the one that served before. */
  readonly version: string | null;
  readonly reason: string;
  /** Places on the hosts on which the service is to run now, for a target that has to be filled again. */
  readonly hosts: Revision["hosts"];
  /** Called before anything begins that needs the engine; what it throws ends the command with nothing touched. */
  readonly beforeFilling?: () => Promise<void>;
}

/**
 * Goes back to an earlier release: by the markers alone where it is still warm, else as a rollout of its revision. The
 * markers move on hosts that answer, whatever the others do; filling a slot needs every host.
 * @throws UnknownError when not every host was seen to have gone back, or none was asked to
 */
export async function rollBack(service: Service, plan: Plan, request: RollbackRequest): Promise<Outcome> {
  const { journal, tell } = service;
  await journal.catchUp();
  const { id, reason } = request;
  const way = wayBack(journal.entries, request.version);
  if (way.kind === "warm") {
    const { well, ill, away } = await askWarm(service, way.to, plan);
    const [isIll, areAway] = [`${way.to} is not healthy on ${ill.join(", ")}`, `${away.join(", ")} can't be asked`];
    if (well.length + ill.length === 0) throw new UnknownError(`${areAway}: nothing was done`);
    if (ill.length === 0) {
      if (away.length > 0) tell("bad", `${areAway}: the other hosts go back without waiting`);
      return beginRevert(service, way, reason);
    }
    if (away.length > 0) {
      throw new UnknownError(`${isIll}, and filling it anew needs every host, but ${areAway}: nothing was done`);
    }
    tell("note", `${way.to} still holds ${way.target.release.version} but is not healthy: filling it anew`);
  }
  await request.beforeFilling?.();
  // The users are on a release that somebody wants away: the target settles as soon as it is verified.
  const cold = { ...plan, steps: [] };
  const revision = placed(way.target.revision, request.hosts);
  return startRollout(service, id, { purpose: "rollback", revision, plan: cold, reason });
}

/** What served then, on the hosts of today: at its place of then, where it had one. */
function placed(revision: Revision, hosts: Revision["hosts"]): Revision {
  const places = Object.entries(hosts).map(([name, place]) => [name, revision.hosts[name] ?? place] as const);
  return { ...revision, hosts: Object.fromEntries(places) };
}
