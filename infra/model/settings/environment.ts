import { z } from "zod";
import { label, serviceName } from "../service-name.ts";
import { host, site, siteName } from "./host.ts";
import { secretReference } from "./secret.ts";
import { serviceSettings } from "./service.ts";

/** Credentials of a private image registry, used by the hosts' engines to pull. */
export const registry = z.strictObject({
  address: z.string().min(1).describe("e.g. ghcr.io or registry.example.com:5000"),
  username: z.string().min(1),
  password: secretReference,
});

/** Where the release ledger is kept. */
export const ledgerSettings = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sqlite"),
    file: z.string().regex(/^(\/|~\/).+/, "expected an absolute path, or one that starts with ~/"),
  }),
  z.strictObject({
    kind: z.literal("postgres").describe("Shared by a team; required for stg, uat and prod"),
    url: secretReference.describe("postgres://user:password@host:port/database"),
  }),
]);

/** Everything about one environment: what `stacks/config/<environment>.yaml` holds. */
export const environmentSettings = z.strictObject({
  $schema: z.string().optional(),
  environment: label.describe("Name of the environment; the file is called <environment>.yaml"),
  ledger: ledgerSettings,
  hosts: z.record(label, host).refine((hosts) => Object.keys(hosts).length > 0, "expected at least one host"),
  sites: z.record(siteName, site).default({ default: { serverNames: ["_"], address: "all", port: 80 } }),
  registries: z.array(registry).default([]),
  services: z.record(serviceName, serviceSettings).default({}),
  versions: z
    .strictObject({
      patchLimit: z.int().min(1).default(9).describe("Highest patch number before the minor number rolls"),
      minorLimit: z.int().min(1).default(9).describe("Highest minor number before the major number rolls"),
    })
    .prefault({}),
});

export type EnvironmentSettings = z.infer<typeof environmentSettings>;
export type LedgerSettings = z.infer<typeof ledgerSettings>;
export type RegistrySettings = z.infer<typeof registry>;
