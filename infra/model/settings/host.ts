import { z } from "zod";
import { label } from "../service-name.ts";
import { absolutePath } from "./path.ts";
import { exporterSettings } from "./metrics.ts";
import { secretReference } from "./secret.ts";

export { absolutePath } from "./path.ts";

export const port = z.int().min(1).max(65_535);

const ipv4 = z.ipv4("expected a numeric IPv4 address: nginx would keep a name's first answer for ever");
const machineName = z
  .string()
  .regex(
    /^[A-Za-z0-9:]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/,
    "expected the name or address of a machine, without user or port",
  );

/** A public key as in a `.pub` file, or in known_hosts after the name. */
export const publicKeyLine = /^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}( [^\n]*)?$/;

/** Someone we log in to over SSH. */
export const sshLogin = z.strictObject({
  host: machineName.describe("Name or address of the SSH server"),
  port: port.default(22).describe("Port of the SSH server"),
  user: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "expected the name of a user")
    .default("root")
    .describe("User to log in as: root, or one that may use Docker and write below the host's `root`"),
  privateKey: secretReference.describe("Private key to log in with (OpenSSH format, without a passphrase)"),
  hostKey: z
    .union(
      [z.string().regex(publicKeyLine), absolutePath],
      'expected a public key line, e.g. "ssh-ed25519 AAAA...", or the path of a file that holds one',
    )
    .describe(
      "The server's public key, as in known_hosts after the name, or the path of a file that holds it (read when the settings are). A server that shows another key is refused",
    ),
});

/** How the Docker Engine API of a host is reached from where Pulumi and the driver run. */
export const engine = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("unix"),
      socket: absolutePath.default("/var/run/docker.sock").describe("Path of the engine's socket"),
    })
    .describe("A socket of the machine that runs Sluice"),
  z.strictObject({ kind: z.literal("ssh") }).describe("Through the host's SSH shell (`ssh://`); needs `ssh` on PATH"),
  z
    .strictObject({
      kind: z.literal("tcp"),
      host: machineName.describe("Name or address of the engine; its certificate must be for this name"),
      port: port.default(2376).describe("Port of the engine"),
      tls: z
        .strictObject({
          ca: secretReference.describe("Certificate of the authority that signed the engine's, PEM"),
          cert: secretReference.describe("Client certificate, PEM"),
          key: secretReference.describe("Key of the client certificate, PEM"),
        })
        .describe("Client certificate; an engine without TLS would give root to anyone who reaches its port"),
    })
    .describe("Over TCP with TLS (`tcp://`)"),
]);

/** How commands are run on a host. */
export const shell = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("local") }).describe("The host is the machine that runs Sluice"),
  sshLogin.extend({ kind: z.literal("ssh") }).describe("Over SSH"),
]);

/** nginx on a host. */
export const gateway = z.strictObject({
  kind: z
    .enum(["container", "package"])
    .default("container")
    .describe("`container`: nginx runs as a container. `package`: the nginx that is installed on the host"),
  image: z
    .string()
    .regex(/^[a-z0-9][^\s]*$/, "expected an image, e.g. nginx@sha256:...")
    .optional()
    .describe("Image of the container, best pinned by digest. Default: the official nginx image"),
  binary: z
    .string()
    .regex(/^(nginx|(\/[A-Za-z0-9._-]+)+)$/, 'expected "nginx" or an absolute path')
    .default("nginx")
    .describe("`package` only: the nginx to run"),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/, "expected the name of a user")
    .optional()
    .describe("User of nginx's workers, e.g. www-data. Default: the one nginx was built with"),
  statusAddress: ipv4.optional().describe("Loopback address of the status endpoint. Default: the host's `address`"),
  statusPort: port.default(9180).describe("Port of the status endpoint, which says what the gateway does now"),
  workerProcesses: z.int().min(1).max(256).optional().describe("Worker processes. Default: one for each core"),
  drainSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(30)
    .describe("How long the gateway's own replacement waits for requests under way"),
  logMaxMegabytes: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe("Size at which the access log is rotated (three older files are kept)"),
});

/** One Docker engine + one gateway + a shell. */
export const host = z.strictObject({
  engine: engine.describe("How the host's Docker engine is reached"),
  shell: shell.describe("How commands are run on the host"),
  root: absolutePath
    .default("/datadisk")
    .describe("Folder on the host below which Sluice and the services keep their files"),
  network: z
    .enum(["bridge", "host"])
    .default("bridge")
    .describe(
      "`bridge`: slots are in a Docker network of their own and published on `address`. `host`: slots listen on `address` themselves, at the port that the container finds in `${slot.port}`",
    ),
  address: ipv4
    .default("127.0.0.1")
    .describe("Loopback address on which the host's slots are reached by its gateway; hosts on one machine differ"),
  gateway: gateway.prefault({}).describe("The host's nginx"),
  exporter: exporterSettings
    .optional()
    .describe("Counts the gateway's requests for Prometheus or Datadog's agent. Default: none"),
});

/** A name that nginx compares with a request's, or `_` for any. */
const serverName = z
  .string()
  .max(253)
  .regex(
    /^(_|(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)$/,
    'expected a host name, e.g. "app.example.com", one that starts with "*.", or "_" for any',
  );

/** What a gateway serves: one server block. */
export const site = z.strictObject({
  serverNames: z.array(serverName).min(1).default(["_"]).describe('Names that the site answers to; "_" is any name'),
  address: z
    .union([z.enum(["all", "host"]), ipv4], 'expected "all", "host" or an IPv4 address')
    .default("all")
    .describe(
      "Where it listens. `all`: on every address of the host. `host`: on the host's own loopback `address` (for several hosts on one machine)",
    ),
  port: port.default(80).describe("Port it listens on"),
  tls: z
    .strictObject({
      certificate: absolutePath.describe("Certificate with its chain, PEM"),
      key: absolutePath.describe("Its private key, PEM"),
    })
    .optional()
    .describe("Serves HTTPS with these files, which lie on every host below its `root`. Default: plain HTTP"),
});

export const siteName = label;
export type Host = z.infer<typeof host>;
export type Gateway = z.infer<typeof gateway>;
export type Site = z.infer<typeof site>;
export type Engine = z.infer<typeof engine>;
export type Shell = z.infer<typeof shell>;
export type SshLogin = z.infer<typeof sshLogin>;
