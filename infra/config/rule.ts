import type { EnvironmentSettings, LedgerSettings, RegistrySettings } from "../model/settings/environment.ts";
import type { GateSettings } from "../model/settings/gates.ts";
import type { GithubSettings } from "../model/settings/github.ts";
import type { Host, Site } from "../model/settings/host.ts";
import type { MetricsSettings } from "../model/settings/metrics.ts";
import type { PulumiSettings } from "../model/settings/pulumi.ts";
import type { ServiceSettings } from "../model/settings/service.ts";
import type { Finding } from "./finding.ts";

/**
 * What rules look at: the parts of the settings that have the right shape. A host or site that the schema refuses is left
 * out here, and its name stays in `named`, so that rules can be checked in the same go as the schema without blaming one
 * mistake twice. Of a service only what is wrong is left out: a rule that reads it ends there, and is asked again without
 * that service.
 */
export interface Draft {
  /** Name of the environment by the file's name. */
  readonly fileName: string;
  readonly environment: string | undefined;
  readonly ledger: LedgerSettings | undefined;
  readonly hosts: Readonly<Record<string, Host>>;
  readonly sites: Readonly<Record<string, Site>>;
  readonly services: Readonly<Record<string, ServiceSettings>>;
  readonly metrics: MetricsSettings | undefined;
  readonly registries: readonly RegistrySettings[];
  readonly pulumi: PulumiSettings | undefined;
  readonly gates: GateSettings | undefined;
  readonly github: GithubSettings | undefined;
  /** `given` is undefined where there is none, or a wrong one. */
  readonly signing: { readonly given: EnvironmentSettings["signing"] };
  /** All names that the text gives, whether what stands under them is right or not. */
  readonly named: {
    readonly hosts: readonly string[];
    readonly sites: readonly string[];
    readonly keys: readonly string[];
  };
}

/** One thing that must hold between settings that are each right for themselves. */
export interface Rule {
  /** `<what>-<must>`, e.g. `ports-distinct`. */
  readonly name: string;
  check(draft: Draft): readonly Finding[];
}

export function draftOf(fileName: string, settings: EnvironmentSettings): Draft {
  return {
    ...settings,
    fileName,
    github: settings.github,
    signing: { given: settings.signing },
    named: { hosts: Object.keys(settings.hosts), sites: Object.keys(settings.sites), keys: Object.keys(settings) },
  };
}

/** Hosts of a service that have the right shape, with their names. */
export function hostsOf(draft: Draft, service: ServiceSettings): [string, Host][] {
  const wanted = service.hosts ?? Object.keys(draft.hosts);
  return Object.entries(draft.hosts).filter(([name]) => wanted.includes(name));
}
