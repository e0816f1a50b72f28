import { z } from "zod";
import { analysisSettings } from "./analysis.ts";
import { canarySettings } from "./canary.ts";
import { healthSettings, watchSettings } from "./health.ts";
import { port } from "./host.ts";
import { containerPath } from "./path.ts";
import { label } from "../service-name.ts";
import { strategyKinds } from "../strategy.ts";
import { secretReference } from "./secret.ts";

/** Name of an environment variable of a container. */
export const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "expected the name of an environment variable");
const urlPath = z.string().regex(/^\/[^\s"'\\;{}$#?]*$/, 'expected a path that starts with "/", without a query');
const volumeOrPath = z
  .string()
  .regex(
    /^([A-Za-z0-9]([A-Za-z0-9_.-]|\$\{[a-z.]+\})*|(\/(?!\.{1,2}(\/|$))[^/\0-\x1f:]+)+)$/,
    "expected an absolute path on the host, or the name of a volume",
  );

/** Largest number of open files and the like: what `docker run --ulimit` knows. */
const ulimit = z
  .strictObject({
    soft: z.int().min(0).describe("What the program starts with"),
    hard: z.int().min(0).describe("How far it may raise it itself"),
  })
  .refine(({ soft, hard }) => soft <= hard, "expected `soft` to be at most `hard`");

/** What an image is run with. Texts may hold the placeholders of `template.ts`, e.g. `${slot.port}`. */
export const containerSettings = z.strictObject({
  port: port
    .optional()
    .describe(
      "Port that the program listens on inside a bridge network. On the host's network it is the slot's own port: leave it out, and hand `${slot.port}` to the program",
    ),
  command: z.array(z.string()).optional().describe("Replaces the image's CMD"),
  entrypoint: z.array(z.string()).min(1).optional().describe("Replaces the image's ENTRYPOINT"),
  environment: z
    .record(
      environmentName,
      z.union([z.string(), secretReference], "expected a text (numbers in quotes) or { secret: ... }"),
    )
    .default({})
    .describe("Environment variables: texts, or references to secrets"),
  user: z
    .string()
    .regex(
      /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/,
      "expected user or user:group, names or numbers",
    )
    .optional()
    .describe("uid[:gid] or name. Default: the image's own"),
  memoryMegabytes: z.int().min(6).default(256).describe("Memory limit, in MiB; the container gets no swap beside it"),
  cpus: z.number().min(0.01).max(256).default(1).describe("CPU limit, in cores"),
  readOnly: z
    .boolean()
    .default(true)
    .describe("Root file system is read-only; give what must be written in `tmpfs` or `mounts`"),
  tmpfs: z
    .record(containerPath, z.string())
    .default({ "/tmp": "rw,noexec,nosuid,size=16m" })
    .describe("Folders in memory, with their mount options; replaces the default as a whole"),
  mounts: z
    .array(
      z.strictObject({
        source: volumeOrPath.describe("Path on the host (absolute) or name of a volume"),
        target: containerPath.describe("Path inside the container"),
        readOnly: z.boolean().default(true).describe("The container can't write there"),
      }),
    )
    .default([])
    .describe("Files, folders and volumes of the host"),
  capabilities: z
    .array(z.string().regex(/^(?!CAP_|ALL$)[A-Z_]+$/, "expected a capability without CAP_, e.g. NET_BIND_SERVICE"))
    .default([])
    .describe("Added after all were dropped, e.g. NET_BIND_SERVICE"),
  ulimits: z
    .record(z.string().regex(/^[a-z]+$/, "expected the name of a limit, e.g. nofile"), ulimit)
    .default({})
    .describe("Limits of the operating system by name, e.g. nofile"),
  init: z.boolean().default(true).describe("Run a small init as process 1, which forwards signals and reaps"),
  restart: z
    .enum(["unless-stopped", "always", "on-failure", "no"])
    .default("unless-stopped")
    .describe("When Docker starts the container again"),
  stopSeconds: z.int().min(0).max(3600).default(30).describe("From the stop signal to SIGKILL"),
  stopSignal: z
    .string()
    .regex(/^SIG[A-Z0-9+]+$/, "expected the name of a signal, e.g. SIGQUIT")
    .optional()
    .describe("What asks the program to stop. Default: the image's own, or SIGTERM"),
  healthcheck: z
    .strictObject({
      command: z.array(z.string()).min(1).describe("Run inside the container, without a shell; exit code 0 is healthy"),
      intervalSeconds: z.number().min(1).max(3600).default(5).describe("Between two runs"),
      timeoutSeconds: z.number().min(1).max(3600).default(3).describe("Of one run"),
      retries: z.int().min(1).max(1000).default(5).describe("Failures in a row until the container is unhealthy"),
      startSeconds: z.number().min(0).max(3600).default(0).describe("From the start, in which failures don't count"),
    })
    .optional()
    .describe("Docker's own health check; `up` waits until it passes. Default: the image's own"),
  logs: z
    .strictObject({
      maxMegabytes: z.int().min(1).max(10_000).default(10).describe("Size of one file"),
      files: z.int().min(1).max(100).default(3).describe("Files that are kept"),
    })
    .prefault({})
    .describe("Limits of Docker's json-file log"),
  labels: z
    .record(z.string().regex(/^[a-z0-9]([a-z0-9._/-]*[a-z0-9])?$/i, "expected the name of a label"), z.string())
    .default({})
    .describe("Labels beside Sluice's own (org, service, slot, version)"),
});

const cookieName = z.string().regex(/^[a-z_][a-z0-9_]*$/, "expected lower-case letters, digits and _");
const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, "expected the name of a header");
const testersValue = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{1,200}$/, "expected 1-200 letters, digits and ._~-")
  .describe("Its value, letter by letter");

/** How requests come to the service on the gateway. */
export const routeSettings = z.strictObject({
  site: label.default("default").describe("Name of the site"),
  path: urlPath.default("/").describe("Prefix of the paths that belong to the service; the longest prefix wins"),
  key: z
    .discriminatedUnion("kind", [
      z
        .strictObject({
          kind: z.literal("cookie"),
          name: cookieName
            .default("sluice_id")
            .describe("Name of the cookie; the gateway gives one to a client that has none"),
        })
        .describe("A cookie: one client stays one client whatever its address"),
      z
        .strictObject({
          kind: z.literal("header"),
          name: headerName.describe("Name of the header, e.g. X-User-Id"),
        })
        .describe("A header that every request has"),
      z.strictObject({ kind: z.literal("address") }).describe("The client's address"),
    ])
    .prefault({ kind: "cookie" })
    .describe("What a client is told apart by when traffic is split"),
  testers: z
    .discriminatedUnion("kind", [
      z
        .strictObject({
          kind: z.literal("cookie"),
          name: cookieName.describe("Name of the cookie"),
          value: testersValue,
        })
        .describe("Those who have this cookie"),
      z
        .strictObject({
          kind: z.literal("header"),
          name: headerName.describe("Name of the header, e.g. X-Preview"),
          value: testersValue,
        })
        .describe("Those who send this header"),
    ])
    .optional()
    .describe(
      "Who sees a canary's candidate from its first step on, whatever its share. No secret: it stands in the gateway's configuration. What they ask isn't counted for or against the candidate",
    ),
  bodyMegabytes: z.int().min(0).max(100_000).default(10).describe("Largest request body; 0 is no limit"),
  connectSeconds: z.int().min(1).max(75).default(5).describe("Longest wait for a connection to the service"),
  readSeconds: z.int().min(1).max(86_400).default(60).describe("Longest silence of the service"),
  sendSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe("Longest wait of the service to take a piece of the request"),
  webSocketSeconds: z
    .int()
    .min(1)
    .max(604_800)
    .default(3600)
    .describe("Longest silence on an upgraded connection or stream"),
  streaming: z.array(urlPath).default([]).describe("Path prefixes whose answers are passed on as they come"),
  assets: z
    .array(urlPath)
    .optional()
    .describe(
      "Path prefixes of files with hashed names: a GET or HEAD that the slot answers with 404 is tried on the other slot. Default: `assets/` and `static/` below `path`; an empty list turns it off",
    ),
});

/** How a new revision comes in. */
export const strategySettings = z.strictObject({
  kind: z
    .enum(strategyKinds)
    .default("blue-green")
    .describe(
      "`blue-green`: the new revision runs beside the old one before it gets traffic, then gets all of it. `canary`: it gets a growing share, and is compared with the old one. `recreate`: the old one stops first, where two can't run at once",
    ),
  canary: canarySettings.prefault({}).describe("Steps of a `canary`"),
  analysis: analysisSettings.prefault({}).describe("How a canary's slots are compared"),
  watch: watchSettings.prefault({}).describe("How the candidate is watched under all traffic before it is settled"),
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
    .regex(
      /^[a-z0-9][a-z0-9._-]*(:[0-9]+)?(\/[a-z0-9._-]+)*$/,
      "expected an image repository without tag or digest, e.g. ghcr.io/org1/react-ui",
    )
    .describe("Repository of the images; a release adds the digest"),
  hosts: z.array(label).min(1).optional().describe("Default: all hosts of the environment"),
  ports: z
    .strictObject({ blue: port.describe("Port of the blue slot"), green: port.describe("Port of the green slot") })
    .describe("Fixed ports of the two slots on the hosts' loopback address"),
  container: containerSettings.prefault({}).describe("What the image is run with"),
  route: routeSettings.prefault({}).describe("How requests come to the service on the gateway"),
  health: healthSettings
    .prefault({})
    .describe("What a candidate must answer, privately on every host and then through the gateway"),
  strategy: strategySettings.prefault({}).describe("How a new revision comes in"),
});

export type ContainerSettings = z.infer<typeof containerSettings>;
export type RouteSettings = z.infer<typeof routeSettings>;
export type StrategySettings = z.infer<typeof strategySettings>;
export type ServiceSettings = z.infer<typeof serviceSettings>;
