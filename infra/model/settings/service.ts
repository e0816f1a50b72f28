import { z } from "zod";
import { healthSettings, watchSettings } from "./health.ts";
import { port } from "./host.ts";
import { label } from "../service-name.ts";
import { secretReference } from "./secret.ts";

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "expected the name of an environment variable");
const urlPath = z.string().regex(/^\/[^\s"'\\;{}$#]*$/, 'expected a path that starts with "/"');

/** What an image is run with. Strings may hold `${slot.name}`, `${slot.port}`, `${slot.address}`, `${release.version}`. */
export const containerSettings = z.strictObject({
  port: port
    .optional()
    .describe("Port the program listens on inside a bridge network. On the host's network it is the slot's own port"),
  command: z.array(z.string()).optional().describe("Replaces the image's CMD"),
  entrypoint: z.array(z.string()).min(1).optional().describe("Replaces the image's ENTRYPOINT"),
  environment: z
    .record(environmentName, z.union([z.string(), secretReference], "expected a string or { secret: ... }"))
    .default({}),
  user: z.string().min(1).optional().describe("uid[:gid] or name. Default: the image's own"),
  memoryMegabytes: z.int().min(6).default(256),
  cpus: z.number().min(0.01).max(256).default(1),
  readOnly: z
    .boolean()
    .default(true)
    .describe("Root file system is read-only; give what must be written in `tmpfs` or `mounts`"),
  tmpfs: z.record(z.string().startsWith("/"), z.string()).default({ "/tmp": "rw,noexec,nosuid,size=16m" }),
  mounts: z
    .array(
      z.strictObject({
        source: z.string().min(1).describe("Path on the host (absolute) or name of a volume"),
        target: z.string().startsWith("/"),
        readOnly: z.boolean().default(true),
      }),
    )
    .default([]),
  capabilities: z
    .array(z.string().regex(/^[A-Z_]+$/))
    .default([])
    .describe("Added after all were dropped, e.g. NET_BIND_SERVICE"),
  ulimits: z.record(z.string(), z.strictObject({ soft: z.int().min(0), hard: z.int().min(0) })).default({}),
  init: z.boolean().default(true).describe("Run a small init as process 1, which forwards signals and reaps"),
  restart: z.enum(["unless-stopped", "always", "on-failure", "no"]).default("unless-stopped"),
  stopSeconds: z.int().min(0).max(3600).default(30).describe("From SIGTERM to SIGKILL"),
  stopSignal: z
    .string()
    .regex(/^SIG[A-Z0-9+]+$/)
    .optional(),
  healthcheck: z
    .strictObject({
      command: z.array(z.string()).min(1).describe("Run inside the container; exit code 0 is healthy"),
      intervalSeconds: z.number().min(1).default(5),
      timeoutSeconds: z.number().min(1).default(3),
      retries: z.int().min(1).default(5),
      startSeconds: z.number().min(0).default(0),
    })
    .optional()
    .describe("Docker's own health check; `up` waits until it passes"),
  logs: z
    .strictObject({ maxMegabytes: z.int().min(1).default(10), files: z.int().min(1).default(3) })
    .prefault({})
    .describe("Limits of Docker's json-file log"),
  labels: z.record(z.string().min(1), z.string()).default({}),
});

/** How requests come to the service on the gateway. */
export const routeSettings = z.strictObject({
  site: label.default("default"),
  path: urlPath.default("/").describe("Prefix of the paths that belong to the service; the longest prefix wins"),
  key: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("cookie"),
        name: z
          .string()
          .regex(/^[a-z_][a-z0-9_]*$/)
          .default("sluice_id"),
      }),
      z.strictObject({ kind: z.literal("header"), name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/) }),
      z.strictObject({ kind: z.literal("address") }),
    ])
    .prefault({ kind: "cookie" })
    .describe("What a client is told apart by when traffic is split"),
  bodyMegabytes: z.int().min(0).max(100_000).default(10).describe("Largest request body; 0 is no limit"),
  connectSeconds: z.int().min(1).max(75).default(5),
  readSeconds: z.int().min(1).max(86_400).default(60).describe("Longest silence of the service"),
  sendSeconds: z.int().min(1).max(86_400).default(60),
  webSocketSeconds: z
    .int()
    .min(1)
    .max(604_800)
    .default(3600)
    .describe("Longest silence on an upgraded connection or stream"),
  streaming: z.array(urlPath).default([]).describe("Path prefixes whose answers are passed on as they come"),
});

/** How a new revision comes in. */
export const strategySettings = z.strictObject({
  kind: z.enum(["blue-green", "recreate"]).default("blue-green"),
  watch: watchSettings.prefault({}),
  drainSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(60)
    .describe("How long a slot may keep its last connections before it is emptied"),
  tickSeconds: z
    .union([z.literal(1), z.literal(10)])
    .default(10)
    .describe("Length of a lease's tick"),
  leaseTicks: z.int().min(1).max(30).default(3).describe("Ticks of a lease beside the current one"),
});

export const serviceSettings = z.strictObject({
  image: z
    .string()
    .regex(/^[a-z0-9][^\s@]*$/, "expected an image repository without tag or digest, e.g. ghcr.io/org1/react-ui")
    .describe("Repository of the images; a release adds the digest"),
  hosts: z.array(label).min(1).optional().describe("Default: all hosts of the environment"),
  ports: z
    .strictObject({ blue: port, green: port })
    .describe("Fixed ports of the two slots on the hosts' loopback address"),
  container: containerSettings.prefault({}),
  route: routeSettings.prefault({}),
  health: healthSettings.prefault({}),
  strategy: strategySettings.prefault({}),
});

export type ContainerSettings = z.infer<typeof containerSettings>;
export type RouteSettings = z.infer<typeof routeSettings>;
export type StrategySettings = z.infer<typeof strategySettings>;
export type ServiceSettings = z.infer<typeof serviceSettings>;
