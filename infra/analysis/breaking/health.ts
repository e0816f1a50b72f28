import type { BreakingFinding } from "../../model/breaking.ts";
import { type Contract, type HealthCheck, healthChecks } from "../../model/contract.ts";
import type { Given } from "./facts.ts";

/** Paths that a service no longer answers by, and those that the settings ask and it doesn't have. */
export function healthFindings(
  before: Contract | null,
  after: Contract,
  settings: Given | null,
): readonly BreakingFinding[] {
  // Without a word about any it promises none; that it stopped promising them is said of the contract.
  const health = after.health;
  if (health === undefined) return [];
  return healthChecks.flatMap((check) => [
    ...changed(check, before?.health?.[check], health[check]),
    ...notAnswered(check, settings, health[check]),
  ]);
}

function changed(check: HealthCheck, before: string | undefined, after: string | undefined): BreakingFinding[] {
  if (before === undefined || before === after) return [];
  const what = after === undefined ? `${before} is gone` : `${before} became ${after}`;
  const id = after === undefined ? "path-removed" : "path-changed";
  return [{ kind: "health", id, severity: "breaking", where: check, what }];
}

function notAnswered(check: HealthCheck, settings: Given | null, path: string | undefined): BreakingFinding[] {
  const asked = settings?.health[check] ?? null;
  if (settings === null || asked === null || withoutQuery(asked) === path) return [];
  const what = `the settings of ${settings.environment} ask ${asked}, and the contract has ${path ?? "none"}`;
  return [{ kind: "health", id: "path-not-answered", severity: "breaking", where: check, what }];
}

function withoutQuery(path: string): string {
  return path.split("?")[0] ?? path;
}
