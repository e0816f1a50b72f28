import type Docker from "dockerode";
import type { WrittenSettings } from "../../../stacks/testing/settings.ts";
import { sameFile, tarOf, type ImageFile } from "../../local/image-files.ts";
import { finished, imageFor, push } from "../../local/images.ts";
import { withLibraries } from "../../local/libraries.ts";
import { requireProgram } from "../../local/programs.ts";

type Service = NonNullable<WrittenSettings["services"]>[string];

/** Versions of an application: what its image adds to the base. */
interface Application {
  readonly base: string;
  readonly lines: readonly string[];
  readonly files: (version: string) => readonly ImageFile[];
}

/** nginx with a site of its own: it listens on 8080, answers under /healthz, and runs as www-data. */
const site = `pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  include /etc/nginx/mime.types;
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  server {
    listen 8080;
    root /srv/www;
    location = /healthz { return 200 "fine\\n"; }
  }
}
`;

/**
 * A server with habits of its own: all below /odd/, 204 as its health, readiness in another shape, and it doesn't end when
 * it is asked to.
 */
export const oddServer = `const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const version = readFileSync("/srv/version", "utf8");
const eaten = Buffer.alloc(Number(process.env.EAT_MEGABYTES ?? 0) << 20, 1);
const hash = (text) => createHash("sha256").update(text).digest("hex");
const answers = {
  "/odd/up": [204, ""],
  "/odd/ready": [200, JSON.stringify({ state: "UP", db: { ok: true }, parts: eaten.length })],
  "/odd/version": [200, version],
  "/odd/who": [200, process.getuid() + ":" + process.getgid()],
  "/odd/secrets": [200, hash(process.env.FROM_ENV) + " " + hash(process.env.FROM_FILE)],
};
require("node:http").createServer(({ url }, answer) => {
  const [status, body] = answers[url] ?? [404, ""];
  answer.writeHead(status).end(body);
}).listen(+process.env.LISTEN_PORT, process.env.LISTEN_ON);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => console.log("no"));
`;

export async function applications(engine: Docker): Promise<Readonly<Record<string, Application>>> {
  const [nginx, node] = [
    await imageFor(engine, "nginx", { official: false }),
    await imageFor(engine, "node", { official: false }),
  ];
  const registry = requireProgram("docker-registry", "docker-registry");
  const versionFile = (version: string): ImageFile => ({ kind: "text", path: "/files/srv/version", text: version });
  const below = (files: readonly ImageFile[]) => files.map((file) => ({ ...file, path: `/files${file.path}` }));
  const libraries = below(await withLibraries(registry));
  return {
    "org1/registry": {
      base: "scratch",
      lines: ['ENTRYPOINT ["/registry"]'],
      files: (version) => [
        versionFile(version),
        { ...sameFile(registry), path: "/files/registry" },
        {
          kind: "text",
          path: "/files/etc/registry.yml",
          text: JSON.stringify({
            version: 0.1,
            storage: { filesystem: { rootdirectory: "/tmp" } },
            http: { addr: ":1" },
          }),
        },
        ...libraries,
      ],
    },
    "org2/odd": {
      base: node.reference,
      lines: ['CMD ["node", "/srv/odd.cjs"]'],
      files: (version) => [versionFile(version), { kind: "text", path: "/files/srv/odd.cjs", text: oddServer }],
    },
    "org3/static": {
      base: nginx.reference,
      lines: ['CMD ["nginx", "-e", "stderr", "-c", "/srv/nginx.conf", "-g", "daemon off;"]'],
      files: (version) => [
        { kind: "text", path: "/files/srv/nginx.conf", text: site },
        { kind: "text", path: "/files/srv/www/index.html", text: `<h1>Release ${version}</h1>` },
      ],
    },
  };
}

/** Builds and pushes these versions of an application. */
export async function publish(
  engine: Docker,
  { base, lines, files }: Application,
  repository: string,
  versions: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [version, more] of Object.entries(versions)) {
    const dockerfile = [`FROM ${base}`, "COPY files/ /", ...lines, ...more, ""].join("\n");
    const context = tarOf([{ kind: "text", path: "/Dockerfile", text: dockerfile }, ...files(version)]);
    const reference = `sluice-e2e/${repository.split("/").slice(1).join("/")}:${version}`;
    await finished(engine, await engine.buildImage(context, { t: reference }));
    await push(engine, reference, repository, version);
  }
}

const quick = {
  watch: { seconds: 2, intervalSeconds: 1 },
  drainSeconds: 5,
  tickSeconds: 1,
  leaseTicks: 5,
} as const;

/** Their settings: nothing else tells Sluice what they are. */
export function applicationSettings(registry: string, port: number, secretFile: string): Record<string, Service> {
  const tries = { tries: 8, intervalSeconds: 1, timeoutSeconds: 5 };
  return {
    "org1/registry": {
      image: `${registry}/org1/registry`,
      ports: { blue: port, green: port + 1 },
      container: {
        port: 5000,
        command: ["serve", "/etc/registry.yml"],
        environment: { REGISTRY_HTTP_ADDR: "${slot.address}:${slot.port}" },
        user: "65534:65534",
        memoryMegabytes: 64,
        cpus: 0.5,
        stopSeconds: 2,
      },
      route: { key: { kind: "header", name: "X-User" } },
      health: {
        http: { path: "/v2/" },
        readiness: false,
        database: false,
        performance: { path: "/v2/" },
        smoke: [
          { path: "/v2/_catalog", body: '"repositories":\\[\\]' },
          { path: "/v2/none/tags/list", status: 404 },
        ],
        ...tries,
      },
      strategy: quick,
    },
    "org2/odd": {
      image: `${registry}/org2/odd`,
      ports: { blue: port + 2, green: port + 3 },
      container: {
        port: 9000,
        environment: {
          LISTEN_ON: "${slot.address}",
          LISTEN_PORT: "${slot.port}",
          FROM_ENV: { secret: { env: "E2E_PASSWORD" } },
          FROM_FILE: { secret: { file: secretFile } },
        },
        user: "10001:10002",
        memoryMegabytes: 128,
        cpus: 0.5,
        stopSeconds: 1,
      },
      route: { path: "/odd/", key: { kind: "address" } },
      health: {
        http: { path: "/odd/up", status: 204 },
        readiness: { path: "/odd/ready", expect: { state: "UP", "db.ok": true } },
        database: { path: "/odd/ready", expect: { "db.ok": true } },
        performance: { path: "/odd/version" },
        ...tries,
      },
      strategy: { ...quick, kind: "recreate" },
    },
    "org3/static": {
      image: `${registry}/org3/static`,
      ports: { blue: port + 4, green: port + 5 },
      container: { port: 8080, user: "33:33", memoryMegabytes: 32, cpus: 0.25, stopSignal: "SIGQUIT", stopSeconds: 3 },
      route: { site: "secure" },
      health: {
        http: { path: "/healthz" },
        readiness: false,
        database: false,
        smoke: [
          { path: "/", body: "<h1>Release [0-9.]+</h1>" },
          { path: "/none", status: 404 },
        ],
        command: [
          process.execPath,
          "-e",
          "fetch(`${process.env.SLUICE_URL}/healthz`).then(async (a) => process.exit((await a.text()) === 'fine\\n' ? 0 : 1))",
        ],
        ...tries,
      },
      strategy: quick,
    },
  };
}
