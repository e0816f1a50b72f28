import { z } from "zod";

/**
 * Where a secret is read when it is needed. Settings, ledger and logs hold the reference, never the value.
 *
 * @example { secret: { env: ORG1_DB_PASSWORD } }
 * @example { secret: { file: ~/.ssh/deploy } }
 */
export const secretReference = z.strictObject({
  secret: z.union(
    [
      z.strictObject({
        env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable"),
      }),
      z.strictObject({ file: z.string().min(1) }),
    ],
    "expected { env: NAME } or { file: PATH }",
  ),
});

export type SecretReference = z.infer<typeof secretReference>;

export function isSecretReference(value: string | SecretReference): value is SecretReference {
  return typeof value !== "string";
}
