import { z } from "zod";
import { label, serviceName } from "../../model/service-name.ts";
import { InputError } from "../../model/errors.ts";

// Everything that reaches nginx's configuration is matched here against what can't leave its quotes.
const port = z.int().min(1).max(65_535);
const address = z.union([z.ipv4(), z.ipv6()], "expected a numeric IPv4 or IPv6 address");
const folder = z
  .string()
  .regex(
    /^(\/[A-Za-z0-9._@+-]+)+$/,
    "expected an absolute path of letters, digits and ._@+- without a slash at its end",
  )
  .refine((path) => !/\/\.{1,2}(\/|$)/.test(path), "expected a path without . and .. segments");
const serverName = z
  .string()
  .regex(
    /^(_|(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?)$/,
    'expected a host name, "*.<name>", an address or "_"',
  );
const urlPath = z.string().regex(/^\/[A-Za-z0-9._~!@&()*+,=:%/-]*$/, "expected a path that starts with a slash");
const cidr = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], "expected an address or a CIDR block");
const cookieName = z.string().regex(/^[a-z_][a-z0-9_]*$/);
const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/);
const testersValue = z.string().regex(/^[A-Za-z0-9._~-]{1,200}$/);
const seconds = z.int().min(1).max(604_800);

/** One server block: where it listens and which names it answers to. */
export const siteConfig = z.strictObject({
  /** Folder of the site's routes; services name it in their routes. */
  name: label,
  /** `all` or a numeric address. */
  address: z.union([z.literal("all"), address]).default("all"),
  port,
  /** `_` answers to every name that no other site on the same address and port has. */
  serverNames: z.array(serverName).min(1),
  /** PEM files, at the path the gateway sees them at. */
  tls: z.strictObject({ certificate: folder, key: folder }).optional(),
});

/** What a gateway is, apart from the services behind it. */
export const gatewayConfig = z.strictObject({
  /** The host's root folder, e.g. `/datadisk`. */
  root: folder,
  /** Private listener: status, and requests in the name of a bucket. Nobody but this host may reach it. */
  status: z.strictObject({ address, port }),
  sites: z.array(siteConfig).min(1),
  /** User of the workers. Default: nginx's own. */
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/)
    .optional(),
  workerProcesses: z.union([z.literal("auto"), z.int().min(1).max(256)]).default("auto"),
  workerConnections: z.int().min(64).max(1_000_000).default(8192),
  /** Proxies in front of this gateway whose X-Forwarded-* headers are believed. */
  trustedProxies: z.array(cidr).default([]),
  /** How long an old generation's workers may go on with what they have after a structural reload. */
  workerShutdownSeconds: seconds.default(3600),
  /** `keepalive_min_timeout`: nginx 1.27.4 or later; an older nginx refuses the configuration. */
  keepaliveMinSeconds: seconds.optional(),
  keepaliveSeconds: seconds.default(75),
  gzip: z.boolean().default(false),
  /** Whether the private listener logs heartbeats, for whoever counts the log. */
  heartbeat: z.boolean().default(false),
});

const slotAddress = z.strictObject({ address, port });

/** How requests come to one service, and where its two slots are. */
export const routeConfig = z.strictObject({
  service: serviceName,
  site: label,
  /** Prefix of the service's paths; whole segments, the longest prefix wins. */
  path: urlPath.default("/"),
  /** Fixed addresses as the gateway reaches them, whether a slot runs or not. */
  slots: z.strictObject({ blue: slotAddress, green: slotAddress }),
  tickSeconds: z.union([z.literal(1), z.literal(10)]).default(10),
  /** What a client is told apart by. */
  key: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("cookie"),
        name: cookieName.default("sluice_id"),
      }),
      z.strictObject({ kind: z.literal("header"), name: headerName }),
      z.strictObject({ kind: z.literal("address") }),
    ])
    .prefault({ kind: "cookie" }),
  /** Header or cookie by which a request is a tester's: it sees a candidate before any user does. */
  testers: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("cookie"), name: cookieName, value: testersValue }),
      z.strictObject({ kind: z.literal("header"), name: headerName, value: testersValue }),
    ])
    .optional(),
  /** The gateway's private listener, through which copies of safe requests go; without it none are made. */
  copies: z.strictObject({ address, port }).optional(),
  /** Largest request body; 0 is no limit. */
  bodyMegabytes: z.int().min(0).max(100_000).default(10),
  connectSeconds: z.int().min(1).max(75).default(5),
  readSeconds: seconds.default(60),
  sendSeconds: seconds.default(60),
  /** Longest silence on an upgraded connection or a stream. */
  webSocketSeconds: seconds.default(3600),
  /** Path prefixes whose answers are passed on as they come; `Accept: text/event-stream` always is. */
  streaming: z.array(urlPath).default([]),
  /**
   * Path prefixes (whole segments) whose 404 to a GET or HEAD is tried on the other slot; below the route's path.
   * Default: `assets/` and `static/` below it.
   */
  assets: z.array(urlPath).optional(),
  /**
   * How long an idle connection to a slot is kept. Must be shorter than the service's own limit (Node: 5 s), or a
   * request can meet a connection that the service is just closing.
   */
  upstreamKeepaliveSeconds: z.int().min(1).max(3600).default(4),
});

export type SiteConfig = z.output<typeof siteConfig>;
export type GatewayConfig = z.output<typeof gatewayConfig>;
export type GatewayConfigInput = z.input<typeof gatewayConfig>;
export type RouteConfig = z.output<typeof routeConfig>;
export type RouteConfigInput = z.input<typeof routeConfig>;

/** @throws InputError with every problem at once. */
export function parseGatewayConfig(input: GatewayConfigInput): GatewayConfig {
  const config = parsed("the gateway's configuration", gatewayConfig, input);
  const issues = siteIssues(config.sites);
  if (issues.length > 0) throw new InputError("the gateway's configuration is not usable:", issues);
  return config;
}

/** @throws InputError with every problem at once. */
export function parseRouteConfig(input: RouteConfigInput): RouteConfig {
  return parsed(`the route of ${input.service}`, routeConfig, input);
}

function siteIssues(sites: readonly SiteConfig[]): { key: string; message: string }[] {
  const claimed = new Map<string, string>();
  const listeners = new Map<string, boolean>();
  const issues: { key: string; message: string }[] = [];
  const names = new Set<string>();
  sites.forEach((site, index) => {
    const at = listener(site);
    if (names.has(site.name)) issues.push({ key: `sites.${index}.name`, message: `"${site.name}" is declared twice` });
    names.add(site.name);
    const tls = site.tls !== undefined;
    if ((listeners.get(at) ?? tls) !== tls) {
      issues.push({ key: `sites.${index}.tls`, message: `all sites on ${at} must have TLS, or none` });
    }
    listeners.set(at, tls);
    for (const name of site.serverNames) {
      const holder = claimed.get(`${at} ${name}`);
      if (holder === undefined) claimed.set(`${at} ${name}`, site.name);
      else issues.push({ key: `sites.${index}.serverNames`, message: `"${name}" on ${at} belongs to site ${holder}` });
    }
  });
  return issues;
}

/** `listen` argument of a site. */
export function listener(at: { readonly address: string; readonly port: number }): string {
  const host = at.address === "all" ? "*" : at.address.includes(":") ? `[${at.address}]` : at.address;
  return `${host}:${at.port}`;
}

function parsed<Schema extends z.ZodType>(what: string, schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({ key: path.join("."), message }));
  throw new InputError(`${what} is not usable:`, issues);
}
