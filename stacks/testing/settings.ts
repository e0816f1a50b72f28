import type { z } from "zod";
import type { environmentSettings } from "../../infra/model/settings/environment.ts";
import type { containerSettings } from "../../infra/model/settings/service.ts";
import type { LocalHost } from "../../scripts/local/hosts.ts";

/** Settings as a person writes them. */
export type WrittenSettings = z.input<typeof environmentSettings>;

/** A server in a few lines: says in which slot it is, its version, and which password it was given. */
const server = `const { SLOT, VERSION, PASSWORD, HOST, PORT } = process.env;
require("node:http").createServer((_, answer) => answer.end([SLOT, VERSION, PASSWORD].join(" "))).listen(+PORT, HOST);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));`;

const check =
  'fetch("http://${slot.address}:${slot.port}/").then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))';

const container: z.input<typeof containerSettings> = {
  command: ["node", "-e", server],
  environment: {
    HOST: "${slot.address}",
    PORT: "${slot.port}",
    SLOT: "${slot.name}",
    VERSION: "${release.version}",
    PASSWORD: { secret: { env: "E2E_PASSWORD" } },
  },
  user: "1000:1000",
  memoryMegabytes: 96,
  cpus: 0.5,
  stopSeconds: 2,
  healthcheck: { command: ["node", "-e", check], intervalSeconds: 1, timeoutSeconds: 10, retries: 10 },
};

export interface SettingsParts {
  readonly hosts: readonly LocalHost[];
  readonly nginx: string;
  readonly repository: string;
  readonly ledgerFile: string;
  /** First of the ports that the environment takes: site, status, blue, green. */
  readonly port: number;
}

/** An environment `local` with one service, `org1/web`. */
export function testSettings({ hosts, nginx, repository, ledgerFile, port }: SettingsParts): WrittenSettings {
  return {
    environment: "local",
    ledger: { kind: "sqlite", file: ledgerFile },
    hosts: Object.fromEntries(hosts.map((host) => [host.name, hostSettings(host, nginx, port + 1)])),
    sites: { default: { address: "host", port } },
    services: {
      "org1/web": {
        image: repository,
        ports: { blue: port + 2, green: port + 3 },
        container,
        health: { readiness: false, database: false },
        strategy: { tickSeconds: 1, watch: { seconds: 1, intervalSeconds: 1 } },
      },
    },
  };
}

function hostSettings(host: LocalHost, image: string, statusPort: number): WrittenSettings["hosts"][string] {
  return {
    engine: { kind: "unix", socket: host.engine.socket },
    shell: shellSettings(host),
    root: host.root,
    network: "host",
    address: host.address,
    gateway: { image, statusPort, workerProcesses: 1, drainSeconds: 1 },
  };
}

export function shellSettings({ shell }: LocalHost): WrittenSettings["hosts"][string]["shell"] {
  if (shell.kind === "local") return { kind: "local" };
  const { host, port, user, privateKeyFile, hostKey } = shell;
  return { kind: "ssh", host, port, user, privateKey: { secret: { file: privateKeyFile } }, hostKey };
}
