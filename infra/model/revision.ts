import { z } from "zod";
import { releaseSchema } from "./release.ts";
import { containerSettings } from "./settings/service.ts";
import { port } from "./settings/host.ts";

/** Where a revision's two slots are reached on one host, and in which kind of network they run. */
export const placement = z.strictObject({
  network: z.enum(["bridge", "host"]),
  address: z.ipv4(),
});

/**
 * What a slot runs: a release and everything its containers are made from, frozen when its rollout starts.
 *
 * Slots are declared only from revisions in the ledger, so that an edited setting never touches a running slot: it
 * enters by the candidate slot as a revision of its own. Secrets are references; their values are not part of it.
 */
export const revisionSchema = z.strictObject({
  release: releaseSchema,
  container: containerSettings,
  ports: z.strictObject({ blue: port, green: port }),
  hosts: z.record(z.string(), placement),
});

export type Revision = z.infer<typeof revisionSchema>;
export type Placement = z.infer<typeof placement>;
