import { execa } from "execa";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { initLedger, openLedger } from "../../infra/adapters/ledger/index.ts";
import { type PulumiEngine, pulumiEngine } from "../../infra/adapters/pulumi.ts";
import { secretsFrom } from "../../infra/adapters/secrets.ts";
import { readSettings } from "../../infra/config/load.ts";
import type { HolderPort, LedgerPort } from "../../infra/driver/ports.ts";
import { revisionHash } from "../../infra/ledger/chain.ts";
import { type LedgerEvent, streamOf } from "../../infra/ledger/event.ts";
import { revisionSchema } from "../../infra/model/revision.ts";
import type { EnvironmentSettings } from "../../infra/model/settings/environment.ts";
import { declareStack } from "../program.ts";
import { type LocalHost, startHosts } from "../../scripts/local/hosts.ts";
import { engineAt, imageFor, push } from "../../scripts/local/images.ts";
import { startRegistry } from "../../scripts/local/registry.ts";
import { pulumiCommand, toolchainEnv } from "../../scripts/toolchain/env.ts";
import { testSettings, type WrittenSettings } from "./settings.ts";

const sources = join(import.meta.dirname, "..", "..");

/** Addresses of a test file's own, so that files don't meet. */
export interface WorldOptions {
  /** First three numbers of its loopback addresses: `127.0.96`. */
  readonly block: string;
  /** First of the 10 ports that it takes. */
  readonly port: number;
  /** How many hosts: `host-a` with a local shell, the others behind an sshd each. @default 2 */
  readonly hosts?: number;
}

/** Where and in which environment Pulumi runs. */
export interface Place {
  /** A checkout. Default: the world's own. */
  readonly workDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Hosts (all but the first behind a real sshd), a registry, a ledger and a state backend of a test's own. */
export type World = Awaited<ReturnType<typeof startWorld>>;

export async function startWorld({ block, port, hosts = 2 }: WorldOptions) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-e2e-"));
  const ends: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of ends.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const toolchain = await toolchainEnv();
    const command = await pulumiCommand();
    const registry = await startRegistry({ address: `${block}.9`, port });
    ends.push(() => registry.stop());
    const local = await startHosts({
      hosts: Array.from({ length: hosts }, (_, index) => ({
        name: `host-${String.fromCharCode(97 + index)}`,
        address: `${block}.${index + 1}`,
        ...(index === 0 ? {} : { sshPort: port + 1 }),
      })),
    });
    ends.push(() => local.stop());
    const images = await pushedImages(local.hosts, registry.host);
    return {
      stop,
      registry: registry.host,
      images,
      ...(await furnish({ folder, toolchain, command, hosts: local.hosts, images, port: port + 2, block })),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Images of the tests have nothing in them but their program, and the driver's own checks are what is tested. */
const unchecked = ["sluice:docker:ServiceSlot", "sluice:gateway:Gateway", "sluice:observability:LogExporter"].map(
  (component) => ({ component, environments: ["local"], reason: "checked from outside" }),
);

interface Parts {
  readonly folder: string;
  readonly toolchain: Record<string, string>;
  readonly command: Awaited<ReturnType<typeof pulumiCommand>>;
  readonly hosts: readonly LocalHost[];
  readonly images: { readonly nginx: string; readonly node: string };
  readonly port: number;
  readonly block: string;
}

async function furnish({ folder, toolchain, command, hosts, images, port, block }: Parts) {
  const config = join(folder, "config");
  const state = join(folder, "state");
  const ledgerFile = join(folder, "ledger.db");
  for (const one of [config, state]) mkdirSync(one);
  const policy = join(folder, "policy.yaml");
  writeFileSync(policy, stringify({ rules: { "container-health-check": { allowances: unchecked } } }));
  const variables = {
    ...toolchain,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "correct horse",
    SLUICE_CONFIG_DIR: config,
    SLUICE_POLICY_CONFIG: policy,
    E2E_PASSWORD: "hunter2",
  };
  const { resolve } = secretsFrom(variables);
  const repository = images.node.slice(0, images.node.indexOf("@"));
  const write = (change: (settings: WrittenSettings) => void = () => undefined): void => {
    const settings = testSettings({ hosts, nginx: images.nginx, repository, ledgerFile, port });
    change(settings);
    writeFileSync(join(config, "local.yaml"), stringify(settings, { aliasDuplicateObjects: false }));
  };
  const settings = (): Promise<EnvironmentSettings> =>
    readSettings("local", config, (path) => readFileSync(path, "utf8"), homedir());
  const open = async (): Promise<LedgerPort & HolderPort> => openLedger((await settings()).ledger, { resolve });

  /** Copies the sources, as a second checkout would. */
  const checkout = (): string => {
    const copy = mkdtempSync(join(folder, "checkout-"));
    for (const part of [
      "components",
      "infra",
      "policy",
      "scripts",
      "stacks",
      "Pulumi.yaml",
      "package.json",
      "package-lock.json",
    ]) {
      // Without what Pulumi keeps of the stacks of whoever works in this checkout.
      const filter = (path: string) => !basename(path).startsWith("Pulumi.") || basename(path) === "Pulumi.yaml";
      cpSync(join(sources, part), join(copy, part), { recursive: true, filter });
    }
    symlinkSync(join(sources, "node_modules"), join(copy, "node_modules"));
    return copy;
  };
  const ownCheckout = checkout();

  /** The driver's way: inline programs. */
  const engine = ({ workDir = ownCheckout, env = {} }: Place = {}): PulumiEngine =>
    pulumiEngine({
      command,
      env: { ...variables, ...env },
      workDir,
      project: "sluice",
      notes: join(folder, "notes"),
      program: (stack) => async () => {
        const secrets = secretsFrom({ ...variables, ...env });
        const now = await settings();
        const ledger = await openLedger(now.ledger, { resolve: secrets.resolve, readOnly: true });
        try {
          return { ...(await declareStack(stack, { settings: now, ledger, resolve: secrets.resolve })) };
        } finally {
          await ledger.close();
        }
      },
    });

  /** A person's way: `pulumi` in a checkout; throws when it fails, with all that it printed. */
  const shell = async (args: readonly string[], { workDir = ownCheckout, env = {} }: Place = {}): Promise<string> => {
    const result = await execa(command.command, [...args, "--non-interactive", "--color=never"], {
      cwd: workDir,
      env: { ...variables, ...env },
      extendEnv: false,
      all: true,
      reject: false,
    });
    if (result.exitCode !== 0) throw new Error(result.all);
    return result.all;
  };

  const stream = streamOf("local", "org1/web");
  const append = async (event: LedgerEvent): Promise<void> => {
    const ledger = await open();
    try {
      await ledger.append(stream, (await ledger.read(stream)).length + 1, event, "test", new Date().toISOString());
    } finally {
      await ledger.close();
    }
  };
  /** What a rollout would freeze from the settings as they are now. */
  const revision = async (version: string) => {
    const { hosts: hostSettings, services } = await settings();
    const web = services["org1/web"];
    if (web === undefined) throw new Error("the settings have no org1/web");
    const { container, ports } = web;
    const places = Object.entries(hostSettings).map(
      ([name, { network, address }]) => [name, { network, address }] as const,
    );
    const release = { version, image: images.node };
    return revisionSchema.parse({ release, container, ports, hosts: Object.fromEntries(places) });
  };
  const fill = async (slot: "blue" | "green", version: string): Promise<void> => {
    const frozen = await revision(version);
    await append({ kind: "filled", rollout: version, slot, revision: frozen, revisionHash: revisionHash(frozen) });
  };

  write();
  await initLedger((await settings()).ledger, new Date().toISOString(), resolve);
  return {
    hosts,
    folder,
    config,
    state,
    ledgerFile,
    /** Environment in which commands find all of this. */
    variables,
    /** Site, status, blue, green: four ports from here. */
    port,
    /** The sources as a checkout of the world's own, so that what commands write there is nobody else's. */
    ownCheckout,
    write,
    settings,
    open,
    checkout,
    engine,
    shell,
    append,
    fill,
    /** Status and body of the site on the host with this number. */
    get: async (host: number): Promise<string> => {
      const answer = await fetch(`http://${block}.${host + 1}:${port}/`);
      return answer.ok ? await answer.text() : String(answer.status);
    },
    /** Names and ids of the containers on a host: of those that run, or of all. */
    containers: async (host: number, all = false): Promise<Record<string, string>> => {
      const list = await engineAt(hosts[host]?.engine.socket ?? "").listContainers({ all });
      return Object.fromEntries(list.map(({ Id, Names }) => [Names[0]?.slice(1) ?? "", Id] as const));
    },
  };
}

async function pushedImages(hosts: readonly LocalHost[], registry: string): Promise<Parts["images"]> {
  const builder = engineAt(hosts[0]?.engine.socket ?? "");
  const pushed = async (role: "nginx" | "node") => {
    const { reference } = await imageFor(builder, role, { official: false });
    return push(builder, reference, `${registry}/e2e/${role}`, "1");
  };
  return { nginx: await pushed("nginx"), node: await pushed("node") };
}
