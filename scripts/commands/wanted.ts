import { randomBytes } from "node:crypto";
import { resolvePlan, resolveRevision } from "../../infra/config/resolve-revision.ts";
import type { Wanted } from "../../infra/driver/decide.ts";
import type { EnvironmentSettings } from "../../infra/model/settings/environment.ts";
import type { StrategySettings } from "../../infra/model/settings/service.ts";
import type { Environment } from "../compose.ts";
import { both } from "./both.ts";
import { releaseOf, type ReleaseOptions } from "./release.ts";
import { type ReportOptions, reportsOf } from "./reports.ts";

export type WantedOptions = ReleaseOptions & ReportOptions;

/** What a rollout of this version would be asked for, by the settings of now. @throws InputError with every problem */
export async function wantedOf(
  environment: Environment,
  service: string,
  version: string,
  options: WantedOptions,
): Promise<Wanted> {
  const settings = withStrategy(environment.settings, service, options.strategy);
  const [release, reports] = await both(releaseOf(environment, service, version, options), reportsOf(options));
  return {
    purpose: "rollout",
    revision: resolveRevision(settings, service, release),
    plan: resolvePlan(settings, service, randomBytes(8).toString("hex")),
    reports,
  };
}

/** The settings with another strategy for one service; the rest of what they say of strategies stays. */
function withStrategy(
  settings: EnvironmentSettings,
  service: string,
  kind: StrategySettings["kind"] | undefined,
): EnvironmentSettings {
  const own = settings.services[service];
  if (kind === undefined || own === undefined) return settings;
  const changed = { ...own, strategy: { ...own.strategy, kind } };
  return { ...settings, services: { ...settings.services, [service]: changed } };
}
