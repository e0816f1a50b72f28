import { z } from "zod";
import { environmentName } from "./settings/service.ts";

/** Where a service's repository says what others may rely on. */
export const contractFile = "sluice.contract.yaml";

/** Checks of the settings' `health` that a service answers. */
export const healthChecks = ["http", "readiness", "database"] as const;
export type HealthCheck = (typeof healthChecks)[number];

const pathInRepository = z
  .string()
  .regex(
    /^(?!.*(^|\/)\.{0,2}(\/|$))[^\0-\x1f\\:]+$/,
    "expected a path from the repository's root, without a leading slash, `.` or `..`",
  );
const withStar = pathInRepository.regex(/^[^*]*\*[^*]*$/, "expected just one * in it, for what the files differ in");
const urlPath = z.string().regex(/^\/[^\s?#]*$/, 'expected a path that starts with "/", without a query');

/** What a service promises and needs, as its own repository says it at each commit. */
export const contractSchema = z.strictObject({
  openapi: pathInRepository.optional().describe("Its OpenAPI 3 document, in one file"),
  environment: z
    .strictObject({
      required: z.array(environmentName).describe("Environment variables without which it doesn't work"),
    })
    .optional()
    .describe("What it must be given"),
  health: z
    .strictObject({
      http: urlPath.optional().describe("Answers the settings' `health.http`"),
      readiness: urlPath.optional().describe("Answers the settings' `health.readiness`"),
      database: urlPath.optional().describe("Answers the settings' `health.database`"),
    })
    .optional()
    .describe("Paths by which it says that it is well"),
  migrations: z
    .strictObject({
      files: withStar.describe("Its database migrations, e.g. `db/migrations/*.up.sql`; `*` matches within one folder"),
      undo: withStar
        .optional()
        .describe("What undoes each, e.g. `db/migrations/*.down.sql`, where `*` is the same text"),
    })
    .optional()
    .describe("How it changes its database"),
});

export type Contract = z.infer<typeof contractSchema>;
