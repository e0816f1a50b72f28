import { z } from "zod";

const urlPath = z.string().regex(/^\/\S*$/, 'expected a path that starts with "/"');
const statusCode = z.int().min(100).max(599);

/** Fields that a JSON answer must have: dotted path to the value expected there. */
const expectedFields = z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]));

/** What a candidate must answer, privately on every host and then through the gateway. `false` leaves a check out. */
export const healthSettings = z.strictObject({
  http: z.strictObject({ path: urlPath.default("/api/health"), status: statusCode.default(200) }).prefault({}),
  readiness: z
    .union([
      z.literal(false),
      z.strictObject({
        path: urlPath.default("/api/health/ready"),
        expect: expectedFields.default({ status: "ready", "checks.database": "healthy", "checks.cache": "healthy" }),
      }),
    ])
    .prefault({}),
  database: z
    .union([
      z.literal(false),
      z.strictObject({
        path: urlPath.default("/api/health/db"),
        expect: expectedFields.default({ status: "connected" }),
      }),
    ])
    .prefault({}),
  performance: z
    .union([
      z.literal(false),
      z.strictObject({
        path: urlPath.default("/"),
        maxLatencyMilliseconds: z.number().positive().default(2_000),
        maxMemoryPercent: z
          .union([z.literal(false), z.number().min(1).max(100)])
          .default(80)
          .describe("Of the container's limit, as the Docker engine counts it"),
      }),
    ])
    .prefault({}),
  smoke: z
    .array(
      z.strictObject({
        path: urlPath,
        status: statusCode.default(200),
        body: z.string().optional().describe("Regular expression that the answer's body must match"),
      }),
    )
    .default([]),
  command: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "Program run on the driver's machine with SLUICE_URL = the candidate's private address; exit code 0 passes",
    ),
  tries: z.int().min(1).max(1000).default(30),
  intervalSeconds: z.number().min(0.1).max(3600).default(10),
  timeoutSeconds: z.number().min(0.1).max(3600).default(10).describe("Of one request"),
  commandSeconds: z.number().min(1).max(86_400).default(600).describe("Of `command`"),
});

/** How the candidate is watched while it has all traffic under lease, before it is settled. */
export const watchSettings = z.strictObject({
  seconds: z.number().min(0).max(86_400).default(300),
  intervalSeconds: z.number().min(0.5).max(600).default(10).describe("Between two looks; a lease is renewed at each"),
  maxErrorPercent: z.number().min(0).max(100).default(5).describe("Of answers with status 5xx"),
  maxP95Milliseconds: z.number().positive().default(2_000),
  minRequests: z
    .int()
    .min(1)
    .default(20)
    .describe("Fewer requests than these in a look are no evidence; the driver adds its own probes up to this number"),
  strikes: z.int().min(0).default(1).describe("Bad or missing looks tolerated before going back"),
});

export type HealthSettings = z.infer<typeof healthSettings>;
export type WatchSettings = z.infer<typeof watchSettings>;
