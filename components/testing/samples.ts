import * as pulumi from "@pulumi/pulumi";
import { revisionSchema, type Revision } from "../../infra/model/revision.ts";
import type { Shell } from "../../infra/model/settings/host.ts";
import type { SecretReader } from "../docker/secret-reader.ts";

export const sampleImage = `registry.example.com/org1/react-ui@sha256:${"ab".repeat(32)}`;
export const sampleHash = `sha256:${"cd".repeat(32)}`;

/** A revision with placements on `host-a` (host network) and `host-b` (bridge), and what else a test gives. */
export function sampleRevision(container: Record<string, unknown> = {}): Revision {
  return revisionSchema.parse({
    release: { version: "1.2.3", image: sampleImage },
    container,
    ports: { blue: 20_000, green: 20_001 },
    hosts: {
      "host-a": { network: "host", address: "127.0.1.1" },
      "host-b": { network: "bridge", address: "127.0.0.1" },
    },
  });
}

/** Shows which reference was read: `value of NAME`. */
export const sampleSecret: SecretReader = ({ secret }) =>
  pulumi.secret(`value of ${"env" in secret ? secret.env : secret.file}`);

export const sampleHostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB";

export const sampleSsh: Extract<Shell, { kind: "ssh" }> = {
  kind: "ssh",
  host: "10.0.0.7",
  port: 2222,
  user: "deploy",
  privateKey: { secret: { file: "/keys/deploy" } },
  hostKey: `${sampleHostKey} deploy@host-b`,
};
