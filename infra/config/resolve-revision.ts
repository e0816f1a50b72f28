import { InputError } from "../model/errors.ts";
import type { Plan, Step } from "../model/plan.ts";
import type { Release } from "../model/release.ts";
import type { Revision } from "../model/revision.ts";
import type { EnvironmentSettings } from "../model/settings/environment.ts";
import type { Host } from "../model/settings/host.ts";
import type { ServiceSettings, StrategySettings } from "../model/settings/service.ts";
import { closest } from "./closest.ts";

export { expandTemplates } from "../model/settings/template.ts";

/**
 * What a slot is to run when this release enters now: the release with the settings of the service and its hosts as
 * they are at this moment, ready to be frozen. Placeholders and secret references are kept; they are filled in when the
 * slot is declared.
 *
 * @throws InputError when the environment has no such service.
 */
export function resolveRevision(settings: EnvironmentSettings, service: string, release: Release): Revision {
  const { container, ports } = serviceOf(settings, service);
  return structuredClone({
    release,
    container,
    ports,
    hosts: placesOf(settings, service),
  });
}

/** Where the service's slots are to be, by the settings as they are now. @throws InputError as `resolveRevision` does. */
export function placesOf(settings: EnvironmentSettings, service: string): Revision["hosts"] {
  return Object.fromEntries(
    serviceHosts(settings, service).map(([name, { network, address }]) => [name, { network, address }]),
  );
}

/**
 * What a rollout of the service may do, by the settings as they are now. A first release has no steps: there is no
 * settled slot with which a share of the traffic could stay.
 *
 * @param seed Any text drawn for this rollout; it decides which clients come first.
 * @throws InputError when the environment has no such service.
 */
export function resolvePlan(settings: EnvironmentSettings, service: string, seed: string, first = false): Plan {
  const { health, route, strategy } = serviceOf(settings, service);
  const { kind, watch, analysis, drainSeconds, tickSeconds, leaseTicks } = strategy;
  return structuredClone({
    strategy: kind,
    steps: first ? [] : stepsOf(strategy),
    health,
    watch,
    ...(kind === "canary" ? { analysis } : {}),
    drainSeconds,
    ...(kind !== "recreate" && route.assets?.length !== 0 ? { keepRolledBack: true } : {}),
    tickSeconds,
    leaseTicks,
    seed,
  });
}

/** How long a step under analysis lasts at most, in seconds: the seed's half an hour. */
const holdSeconds = 1_800;

function stepsOf({ kind, canary, watch }: StrategySettings): Plan["steps"] {
  const all: Step = { kind: "weight", percent: 100, holdSeconds: watch.seconds };
  if (kind !== "canary") return [all];
  const steps = canary.steps.flatMap(({ percent, minSeconds, holdSeconds: hold, pause }): readonly Step[] => {
    if (percent === 100) return [hold === undefined ? all : { ...all, holdSeconds: hold }];
    const shown: Step =
      percent === 0
        ? { kind: "weight", percent, holdSeconds: hold ?? minSeconds }
        : { kind: "analysis", percent, minSeconds, holdSeconds: hold ?? holdSeconds };
    return pause ? [shown, { kind: "pause", percent }] : [shown];
  });
  const testers = steps.filter(({ percent }) => percent === 0);
  const users = steps.filter(({ percent }) => percent > 0);
  return [
    ...testers,
    ...(canary.shadow ? [{ kind: "shadow", ...canary.shadow } as const] : []),
    ...users,
    ...(users.at(-1)?.percent === 100 ? [] : [all]),
  ];
}

/** Settings of one service. @throws InputError that names the services there are. */
export function serviceOf(settings: EnvironmentSettings, service: string): ServiceSettings {
  const found = Object.hasOwn(settings.services, service) ? settings.services[service] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(settings.services);
  const meant = closest(service, known);
  const expected = meant === undefined ? `expected one of ${known.join(", ") || "none"}` : `did you mean "${meant}"?`;
  throw new InputError(`${settings.environment} has no service "${service}"`, [{ key: "service", message: expected }]);
}

/** The hosts that a service runs on, in the order of the settings. */
export function serviceHosts(settings: EnvironmentSettings, service: string): [string, Host][] {
  const { hosts } = serviceOf(settings, service);
  return Object.entries(settings.hosts).filter(([name]) => hosts?.includes(name) ?? true);
}
