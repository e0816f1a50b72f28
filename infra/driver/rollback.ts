import type { Plan } from "../model/plan.ts";
import type { Service } from "./context.ts";
import { onEveryHost } from "./context.ts";
import { beginRevert } from "./revert.ts";
import { startRollout, type Outcome } from "./rollout.ts";
import { wayBack, type WayBack } from "./way-back.ts";

export { wayBack, type WayBack };

export interface RollbackRequest {
  /** Rollout id to use where the target has to be brought up again. */
  readonly id: string;
  /** Version to go back to; null is the one that served before. */
  readonly version: string | null;
  readonly reason: string;
  /** Called before anything begins that needs the engine; what it throws ends the command with nothing touched. */
  readonly beforeFilling?: () => Promise<void>;
}

/** Goes back to an earlier release: by the markers alone where it is still warm, else as a rollout of its revision. */
export async function rollBack(service: Service, plan: Plan, request: RollbackRequest): Promise<Outcome> {
  const { journal, tell } = service;
  await journal.catchUp();
  const { id, reason } = request;
  const way = wayBack(journal.entries, request.version);
  if (way.kind === "warm") {
    if (await isWell(service, way, plan)) return beginRevert(service, way, reason);
    tell("note", `${way.to} still holds ${way.target.release.version} but is not healthy: filling it anew`);
  }
  await request.beforeFilling?.();
  // The users are on a release that somebody wants away: the target settles as soon as it is verified.
  const cold = { ...plan, steps: [] };
  return startRollout(service, id, { purpose: "rollback", revision: way.target.revision, plan: cold, reason });
}

async function isWell(service: Service, way: Extract<WayBack, { kind: "warm" }>, { health }: Plan): Promise<boolean> {
  const { path, status } = health.http;
  const { done, failed } = await onEveryHost(service.hosts, (host) =>
    host.ask(way.to, path, health.timeoutSeconds * 1000),
  );
  return failed.length === 0 && done.every(({ value }) => value.kind === "answered" && value.status === status);
}
