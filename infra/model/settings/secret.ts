import { z } from "zod";
import { absolutePath } from "./path.ts";

/**
 * Where a secret is read when it is needed. Settings, ledger and logs hold the reference, never the value.
 *
 * @example { secret: { env: ORG1_DB_PASSWORD } }
 * @example { secret: { file: ~/.ssh/deploy } }
 */
export const secretReference = z.strictObject(
  {
    secret: z.union(
      [
        z.strictObject({
          env: z
            .string()
            .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable")
            .describe(
              "Name of the environment variable, of the process that runs Sluice or Pulumi, that holds the value",
            ),
        }),
        z.strictObject({
          file: absolutePath.describe(
            "File that holds the value, on the machine that runs Sluice or Pulumi; one newline at its end is dropped",
          ),
        }),
      ],
      "expected { env: NAME } or { file: PATH }",
    ),
  },
  {
    error: (issue) =>
      issue.code === "invalid_type"
        ? "expected { secret: { env: NAME } } or { secret: { file: PATH } }, never the value itself"
        : undefined,
  },
);

export type SecretReference = z.infer<typeof secretReference>;

export function isSecretReference(value: string | SecretReference): value is SecretReference {
  return typeof value !== "string";
}
