import type { z } from "zod";
import { environmentSettings, ledgerSettings, registry } from "../model/settings/environment.ts";
import { gateSettings } from "../model/settings/gates.ts";
import { githubSettings } from "../model/settings/github.ts";
import { host, site } from "../model/settings/host.ts";
import { metricsSettings } from "../model/settings/metrics.ts";
import { pulumiSettings } from "../model/settings/pulumi.ts";
import type { ServiceSettings } from "../model/settings/service.ts";
import { defaultSites } from "../model/settings/environment.ts";
import { valueAt, without, type Path } from "./path.ts";
import type { Draft } from "./rule.ts";
import { salvageService } from "./salvage-service.ts";

/** The parts of refused settings that rules can still judge: each host and site that is right for itself, what is right of services. */
export function salvage(fileName: string, data: unknown, issues: readonly z.core.$ZodIssue[]): Draft {
  const known = issues.flatMap(unknownKeys).reduce(without, data);
  const environment = valueAt(known, ["environment"]);
  const registries = valueAt(known, ["registries"]);
  const sites = valueAt(known, ["sites"]) ?? defaultSites;
  return {
    fileName,
    environment: typeof environment === "string" ? environment : undefined,
    ledger: ledgerSettings.safeParse(valueAt(known, ["ledger"])).data,
    hosts: entries(host, valueAt(known, ["hosts"])),
    sites: entries(site, sites),
    services: services(valueAt(data, ["services"])),
    metrics: metricsSettings.safeParse(valueAt(known, ["metrics"]) ?? { source: "gateway" }).data,
    registries: Array.isArray(registries) ? registries.flatMap((item) => registry.safeParse(item).data ?? []) : [],
    pulumi: pulumiSettings.safeParse(valueAt(known, ["pulumi"]) ?? {}).data,
    gates: gateSettings.safeParse(valueAt(known, ["gates"]) ?? {}).data,
    github: githubSettings.safeParse(valueAt(known, ["github"])).data,
    signing: { given: environmentSettings.shape.signing.safeParse(valueAt(known, ["signing"])).data },
    named: { hosts: names(valueAt(known, ["hosts"])), sites: names(sites), keys: names(known) },
  };
}

function unknownKeys(issue: z.core.$ZodIssue): Path[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...(issue.path as Path), key]) : [];
}

function entries<Schema extends z.ZodType>(schema: Schema, data: unknown): Record<string, z.infer<Schema>> {
  if (typeof data !== "object" || data === null) return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => {
      const parsed = schema.safeParse(value);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

function services(data: unknown): Record<string, ServiceSettings> {
  if (typeof data !== "object" || data === null) return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => {
      const service = salvageService(name, value);
      return service ? [[name, service]] : [];
    }),
  );
}

function names(data: unknown): string[] {
  return typeof data === "object" && data !== null ? Object.keys(data) : [];
}
