import { z } from "zod";
import { patternProblem } from "./pattern.ts";

const urlPath = z.string().regex(/^\/[^\s#]*$/, 'expected a path that starts with "/"');
const statusCode = z.int().min(100).max(599);

/** Fields that a JSON answer must have: dotted path to the value expected there. */
const expectedFields = z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]));

/** What a candidate must answer, privately on every host and then through the gateway. `false` leaves a check out. */
export const healthSettings = z.strictObject({
  http: z
    .strictObject({
      path: urlPath.default("/api/health").describe("Path that is asked"),
      status: statusCode.default(200).describe("Status that is expected"),
    })
    .prefault({})
    .describe("One plain request"),
  readiness: z
    .union([
      z.literal(false),
      z.strictObject({
        path: urlPath.default("/api/health/ready").describe("Path that is asked"),
        expect: expectedFields
          .default({ status: "ready", "checks.database": "healthy", "checks.cache": "healthy" })
          .describe("Values that its JSON answer must have, by dotted path; replaces the default as a whole"),
      }),
    ])
    .prefault({})
    .describe("Whether the service says that it can take traffic; `false` leaves the check out"),
  database: z
    .union([
      z.literal(false),
      z.strictObject({
        path: urlPath.default("/api/health/db").describe("Path that is asked"),
        expect: expectedFields
          .default({ status: "connected" })
          .describe("Values that its JSON answer must have, by dotted path; replaces the default as a whole"),
      }),
    ])
    .prefault({})
    .describe("Whether the service reaches its database; `false` leaves the check out"),
  performance: z
    .union([
      z.literal(false),
      z.strictObject({
        path: urlPath.default("/").describe("Path that is asked"),
        maxLatencyMilliseconds: z.number().min(1).max(3_600_000).default(2_000).describe("Longest time of the answer"),
        maxMemoryPercent: z
          .union([z.literal(false), z.number().min(1).max(100)])
          .default(80)
          .describe("Highest use of the container's memory limit, without page cache; `false` leaves it out"),
      }),
    ])
    .prefault({})
    .describe("How fast it answers and how much memory it has taken; `false` leaves the check out"),
  smoke: z
    .array(
      z.strictObject({
        path: urlPath.describe("Path that is asked"),
        status: statusCode.default(200).describe("Status that is expected, e.g. 401 where a login is missing"),
        body: z
          .string()
          .superRefine((pattern, context) => {
            const problem = patternProblem(pattern);
            if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
          })
          .optional()
          .describe("Regular expression (JavaScript) that some part of the answer's body must match"),
      }),
    )
    .default([])
    .describe("Further requests, each with what it must answer"),
  command: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "Program and its arguments, run on the driver's machine with SLUICE_URL = the candidate's private address; exit code 0 passes",
    ),
  tries: z.int().min(1).max(1000).default(30).describe("How often all checks are tried until they pass together"),
  intervalSeconds: z.number().min(0.1).max(3600).default(10).describe("Between two tries"),
  timeoutSeconds: z.number().min(0.1).max(3600).default(10).describe("Of one request"),
  commandSeconds: z.number().min(1).max(86_400).default(600).describe("Of `command`"),
});

/** How the candidate is watched while it has all traffic under lease, before it is settled. */
export const watchSettings = z.strictObject({
  seconds: z.number().min(0).max(86_400).default(300).describe("How long; 0 settles at once"),
  intervalSeconds: z.number().min(0.5).max(600).default(10).describe("Between two looks; a lease is renewed at each"),
  maxErrorPercent: z.number().min(0).max(100).default(5).describe("Highest share of answers with status 5xx"),
  maxP95Milliseconds: z
    .number()
    .min(1)
    .max(3_600_000)
    .default(2_000)
    .describe("Highest 95th percentile of the time of an answer"),
  maxMemoryPercent: z
    .union([z.literal(false), z.number().min(1).max(100)])
    .default(95)
    .describe(
      "Highest use of a container's memory limit, without page cache; `false` leaves it out. More than before users come (80), since a runtime may take 90 under load on purpose, as a JVM does; little room is left above 95",
    ),
  maxCpuPercent: z
    .union([z.literal(false), z.number().min(1).max(100)])
    .default(false)
    .describe(
      "Highest use of a container's CPU limit, on average since the look before; `false` leaves it out: one that is busy isn't ill",
    ),
  minRequests: z
    .int()
    .min(1)
    .default(20)
    .describe("Fewer requests than these are no evidence: in a look, or under analysis in the step so far"),
  topUp: z
    .boolean()
    .optional()
    .describe("Whether the driver adds requests of its own, to both slots, where users make too few. Default: true"),
  strikes: z
    .int()
    .min(0)
    .max(1000)
    .default(1)
    .describe(
      "Bad or missing looks tolerated before going back; a metrics source that is silent is waited for instead",
    ),
});

export type HealthSettings = z.infer<typeof healthSettings>;
export type WatchSettings = z.infer<typeof watchSettings>;
