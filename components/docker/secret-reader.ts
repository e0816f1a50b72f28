import type * as pulumi from "@pulumi/pulumi";
import type { SecretReference } from "../../infra/model/settings/secret.ts";

/**
 * Gives the value behind a reference as a Pulumi secret, so that it is encrypted in the state and hidden in output.
 *
 * Components take a reader instead of values: settings, revisions and the ledger hold references only.
 */
export type SecretReader = (reference: SecretReference) => pulumi.Output<string>;
