import { z } from "zod";
import { label } from "../service-name.ts";
import { secretReference } from "./secret.ts";

export const port = z.int().min(1).max(65_535);

export const absolutePath = z
  .string()
  .regex(/^(\/|~\/)[^\0\n"'\\$;{}]*[^/\0\n"'\\$;{} ]$/, "expected an absolute path, or one that starts with ~/");

const ipv4 = z.ipv4("expected a numeric IPv4 address: nginx would keep a name's first answer for ever");

/** Someone we log in to over SSH. */
export const sshLogin = z.strictObject({
  host: z.string().min(1).describe("Name or address of the SSH server"),
  port: port.default(22),
  user: z.string().min(1).default("root"),
  privateKey: secretReference.describe("Private key (OpenSSH format)"),
  hostKey: z
    .string()
    .regex(
      /^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+( .*)?$/,
      'expected a public key line, e.g. "ssh-ed25519 AAAA..."',
    )
    .describe("The server's public key, as in known_hosts after the name; a server that shows another one is refused"),
});

/** How the Docker Engine API of a host is reached from where Pulumi and the driver run. */
export const engine = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("unix"), socket: absolutePath.default("/var/run/docker.sock") }),
  z.strictObject({
    kind: z.literal("ssh").describe("Over the host's SSH shell (ssh://), the client side needs ssh in PATH"),
  }),
  z.strictObject({
    kind: z.literal("tcp"),
    host: z.string().min(1),
    port: port.default(2376),
    tls: z
      .strictObject({ ca: secretReference, cert: secretReference, key: secretReference })
      .describe("Client certificate, PEM"),
  }),
]);

/** How commands are run on a host. */
export const shell = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("local") }),
  sshLogin.extend({ kind: z.literal("ssh") }),
]);

/** nginx on a host. */
export const gateway = z.strictObject({
  kind: z.enum(["container", "package"]).default("container").describe("nginx as a container, or the host's own nginx"),
  image: z
    .string()
    .min(1)
    .optional()
    .describe("Image of the container, best pinned by digest. Default: the official nginx image"),
  binary: z.string().min(1).default("nginx").describe("`package`: the nginx to run"),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/)
    .optional()
    .describe("User of nginx's workers, e.g. www-data"),
  statusAddress: ipv4.optional().describe("Loopback address of the status endpoint. Default: the host's address"),
  statusPort: port.default(9180),
  workerProcesses: z.int().min(1).max(256).optional().describe("Default: one a core"),
  drainSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(30)
    .describe("How long the gateway's own replacement waits for requests"),
  logMaxMegabytes: z.int().min(1).max(10_000).default(100),
});

/** One Docker engine + one gateway + a shell. */
export const host = z.strictObject({
  engine,
  shell,
  root: absolutePath.default("/datadisk").describe("Folder of the host below which Sluice and the services keep files"),
  network: z
    .enum(["bridge", "host"])
    .default("bridge")
    .describe(
      "bridge: a Docker network of the host's own, slots published on loopback. host: slots listen on the loopback address themselves, at the port in ${slot.port}",
    ),
  address: ipv4.default("127.0.0.1").describe("Loopback address on which the host's slots are reached by its gateway"),
  gateway: gateway.prefault({}),
});

/** What a gateway serves: one server block. */
export const site = z.strictObject({
  serverNames: z.array(z.string().min(1)).min(1).default(["_"]).describe('Names it answers to; "_" is any name'),
  address: z
    .union([z.enum(["all", "host"]), ipv4], 'expected "all", "host" or an IPv4 address')
    .default("all")
    .describe("Where it listens; host: the host's own loopback address (several hosts on one machine)"),
  port: port.default(80),
  tls: z
    .strictObject({ certificate: absolutePath, key: absolutePath })
    .optional()
    .describe("PEM files on the host, below its root"),
});

export const siteName = label;
export type Host = z.infer<typeof host>;
export type Gateway = z.infer<typeof gateway>;
export type Site = z.infer<typeof site>;
export type Engine = z.infer<typeof engine>;
export type Shell = z.infer<typeof shell>;
export type SshLogin = z.infer<typeof sshLogin>;
