import { z } from "zod";
import { label, serviceName } from "../service-name.ts";
import { gateSettings } from "./gates.ts";
import { githubSettings } from "./github.ts";
import { host, site, siteName } from "./host.ts";
import { metricsSettings } from "./metrics.ts";
import { notifierSettings } from "./notifications.ts";
import { absolutePath } from "./path.ts";
import { pulumiSettings } from "./pulumi.ts";
import { secretReference } from "./secret.ts";
import { serviceSettings } from "./service.ts";
import { signingSettings } from "./signing.ts";

/** Credentials of a private image registry, used by the hosts' engines to pull. */
export const registry = z.strictObject({
  address: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?$/, "expected host or host:port, without https:// or a path")
    .describe("Name and port as in the images' names, e.g. ghcr.io or registry.example.com:5000"),
  username: z.string().min(1).describe("User to log in as"),
  password: secretReference.describe("Password or access token"),
});

/** Where the release ledger is kept. */
export const ledgerSettings = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("sqlite"),
      file: absolutePath.describe("The database file; `sluice ledger init` creates it"),
    })
    .describe("A file, for one person on one machine"),
  z
    .strictObject({
      kind: z.literal("postgres"),
      url: secretReference.describe("Address with login: `postgres://user:password@host:port/database`"),
    })
    .describe("A PostgreSQL database, shared by a team; required for stg, uat and prod"),
]);

/** What the gateways serve when the settings name no site: any name, plain HTTP on port 80. */
export const defaultSites: Record<string, z.infer<typeof site>> = {
  default: { serverNames: ["_"], address: "all", port: 80 },
};

/** Everything about one environment: what `stacks/config/<environment>.yaml` holds. */
export const environmentSettings = z.strictObject({
  $schema: z.string().optional().describe("For editors; Sluice doesn't read it"),
  environment: label.describe("Name of the environment; the file is called `<environment>.yaml`"),
  ledger: ledgerSettings.describe("Where the release ledger is kept"),
  hosts: z
    .record(label, host)
    .refine((hosts) => Object.keys(hosts).length > 0, "expected at least one host")
    .describe("The hosts, by name"),
  sites: z
    .record(siteName, site)
    .default(defaultSites)
    .describe("What the gateways of all hosts serve, by name; services are put on a site by their `route.site`"),
  notifications: z
    .record(label, notifierSettings)
    .default({})
    .describe("Who is told what becomes of rollouts, and woken up when one is stranded, by a name of yours"),
  registries: z.array(registry).default([]).describe("Private image registries that the hosts pull from"),
  services: z.record(serviceName, serviceSettings).default({}).describe("The services, by `<org>/<service>`"),
  metrics: metricsSettings
    .prefault({ source: "gateway" })
    .describe("Where users' requests are counted from while a rollout is under way"),
  gates: gateSettings.prefault({}).describe("What must be true before a release may come in"),
  signing: z
    .union([z.literal(false), signingSettings])
    .optional()
    .describe("By which key decisions and evidence are signed. Default, and `false`: they aren't"),
  github: githubSettings
    .optional()
    .describe(
      "The environment on GitHub that workflows deploy to, and what guards it there. Default: none is declared",
    ),
  pulumi: pulumiSettings.prefault({}).describe("How Pulumi is run"),
  versions: z
    .strictObject({
      patchLimit: z.int().min(1).default(9).describe("Highest patch number before the minor number rolls"),
      minorLimit: z.int().min(1).default(9).describe("Highest minor number before the major number rolls"),
    })
    .prefault({})
    .describe("How `sluice version next` counts"),
});

export type EnvironmentSettings = z.infer<typeof environmentSettings>;
export type LedgerSettings = z.infer<typeof ledgerSettings>;
export type RegistrySettings = z.infer<typeof registry>;
