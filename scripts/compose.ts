import { readFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join, resolve as absolute } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../infra/adapters/clock.ts";
import { dockerEngine } from "../infra/adapters/docker-engine.ts";
import { elsewhereBy } from "../infra/adapters/elsewhere.ts";
import { githubRequests } from "../infra/adapters/github/requests.ts";
import { gatewayHost } from "../infra/adapters/gateway-host.ts";
import { openLedger } from "../infra/adapters/ledger/index.ts";
import { localPrograms } from "../infra/adapters/program.ts";
import { pulumiEngine, type PulumiEngine } from "../infra/adapters/pulumi.ts";
import { secretsFrom, type Secrets } from "../infra/adapters/secrets.ts";
import { localShell } from "../infra/adapters/shell/local.ts";
import { sshShell } from "../infra/adapters/shell/ssh.ts";
import type { HostShell } from "../infra/adapters/shell/shell.ts";
import { signerBy } from "../infra/adapters/signer.ts";
import { fileSpool } from "../infra/adapters/spool.ts";
import { isGone, thisProcess } from "../infra/adapters/this-process.ts";
import { readSettings } from "../infra/config/load.ts";
import { serviceOf } from "../infra/config/resolve-revision.ts";
import type { Service, Signing } from "../infra/driver/context.ts";
import { holding, type Manner } from "../infra/driver/holding.ts";
import { lateText, withinLimit } from "../infra/driver/within-limit.ts";
import { Journal } from "../infra/driver/journal.ts";
import type { EnginePort, HolderPort, HostPort, LedgerPort, Tell } from "../infra/driver/ports.ts";
import { declared } from "../infra/ledger/declared.ts";
import { streamOf } from "../infra/ledger/event.ts";
import { serviceStack } from "../infra/model/service-name.ts";
import type { EnvironmentSettings } from "../infra/model/settings/environment.ts";
import type { Host, Shell } from "../infra/model/settings/host.ts";
import { guardedEnvironments } from "../infra/model/settings/pulumi.ts";
import type { SlotName } from "../infra/model/slot.ts";
import { declareStack } from "../stacks/program.ts";
import { openMetrics } from "./compose-metrics.ts";
import { openBoard, sendingLimit } from "./compose-notices.ts";
import { pulumiCommand, toolchainEnv } from "./toolchain/env.ts";

/** The checkout. */
export const home = fileURLToPath(new URL("..", import.meta.url));

/** One environment as commands see it: settings, secrets, and the ledger when asked for. */
export interface Environment {
  readonly settings: EnvironmentSettings;
  readonly secrets: Secrets;
}

/** Folder of the environments' settings: `SLUICE_CONFIG_DIR`, or `stacks/config` of the checkout. */
export function settingsFolder(): string {
  return absolute(process.env["SLUICE_CONFIG_DIR"] ?? join(home, "stacks", "config"));
}

export async function openEnvironment(name: string): Promise<Environment> {
  const settings = await readSettings(name, settingsFolder(), (path) => readFile(path, "utf8"), homedir());
  return { settings, secrets: secretsFrom(process.env) };
}

export async function openLedgerOf(
  { settings, secrets }: Environment,
  readOnly = false,
): Promise<LedgerPort & HolderPort> {
  return openLedger(settings.ledger, { readOnly, resolve: secrets.resolve, secretValues: secrets.values });
}

/** Folder of this machine and user for what outlives a process. */
function stateFolder(name: string): string {
  return join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "sluice", name);
}

/** Who acts: the CI's actor, or the login. */
export function actor(): string {
  return process.env["SLUICE_ACTOR"] ?? process.env["GITHUB_ACTOR"] ?? userInfo().username;
}

/** The run of GitHub's workflow that this is a part of; null elsewhere. */
function workflowRun(): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : null;
}

/** How long somebody else's `up` of a stack is waited for, in seconds; half of what one may take, where that is less. */
const longestWait = 300;

/** @param isAsked Whether previews must pass the policy pack; by the settings, unless said */
export async function openEngine(
  environment: Environment,
  ledger: LedgerPort,
  { tell, signal, verbose }: OpenOptions,
  isAsked = isGuarded(environment.settings),
): Promise<PulumiEngine> {
  const { settings, secrets } = environment;
  return pulumiEngine({
    command: await pulumiCommand(),
    env: await toolchainEnv(),
    workDir: home,
    project: "sluice",
    notes: stateFolder("engines"),
    policyPacks: isAsked ? [join(home, "policy")] : [],
    program: (stack) => () => declareStack(stack, { settings, ledger, resolve: secrets.resolve }),
    say: (text) => tell("note", text),
    patience: Math.min(longestWait, settings.pulumi.upSeconds / 2) * 1000,
    ...(verbose ? { onOutput: (line) => tell("note", line) } : {}),
    // A terminal sends Ctrl-C to all that run in it.
    isTold: () => signal.aborted && process.stdin.isTTY,
  });
}

export interface Opened {
  readonly service: Service;
  /**
   * Sees by a preview that engine, state, passphrase and ledger are there and fit together, before anything begins that
   * can't do without them: a release isn't to blame for their lack.
   */
  readonly checkEngine: () => Promise<void>;
  /** Carries an act out as the one process that drives the service. @throws RefusedError when another one does */
  readonly drive: <T>(manner: Manner, act: () => Promise<T>) => Promise<T>;
  /** Who drives the service just now; null when nobody does. */
  readonly driver: () => Promise<string | null>;
  readonly close: () => Promise<void>;
}

/** Gives a port of the driver, or something that stands between it and the driver; `name` is the port's. */
export type Between = <Port extends object>(name: string, port: Port) => Port;

let between: Between = (_name, port) => port;

/** For trials that kill a driver at its ports: from now on every service is opened with this in between. */
export function putBetween(one: Between): void {
  between = one;
}

/** What a service is opened with. */
export interface OpenOptions {
  readonly tell: Tell;
  readonly signal: AbortSignal;
  readonly verbose?: boolean;
}

/** Everything the driver needs for one service. Closed by who opened it. */
export async function openService(
  environment: Environment,
  name: string,
  { tell, signal, verbose }: OpenOptions,
): Promise<Opened> {
  const { settings } = environment;
  const { drainSeconds, leaseTicks, tickSeconds } = serviceOf(settings, name).strategy;
  const ledger = await openLedgerOf(environment);
  const spool = fileSpool(stateFolder("spool"));
  const [clock, by] = [systemClock, actor()];
  const stream = streamOf(settings.environment, name);
  const board = openBoard(environment, name, (event) => journal.note(event), tell);
  const heard = board.hear.bind(board);
  const ports = { ledger: between("ledger", ledger), spool: between("spool", spool), clock, by, tell, heard };
  const journal: Journal = await Journal.open(ports, stream);
  const hosts = (await openHosts(environment, name, journal)).map((host) => between(host.name, host));
  const counted = { environment: settings.environment, service: name };
  const metrics = openMetrics(settings.metrics, counted, environment.secrets.resolve);
  const engine = between(
    "engine",
    whenNeeded(() => openEngine(environment, ledger, { tell, signal, ...(verbose ? { verbose } : {}) })),
  );
  const service: Service = {
    environment: settings.environment,
    name,
    stack: serviceStack(settings.environment, name),
    hosts,
    engine,
    command: localPrograms,
    board,
    metrics,
    journal,
    drainSeconds,
    gates: settings.gates,
    signing: signingOf(environment),
    elsewhere: elsewhereBy(async (other) => openLedgerOf(await openEnvironment(other), true)),
    requests: settings.github ? githubRequests(settings.github, environment.secrets.resolve) : null,
    pages: Object.values(settings.notifications).some(({ on }) => on.some((kind) => kind === "stranded")),
    origin: workflowRun(),
    upSeconds: settings.pulumi.upSeconds,
    clock,
    tell,
    signal,
  };
  const seconds = leaseTicks * tickSeconds;
  const hold = { holders: ledger, stream, me: thisProcess(by), seconds, isGone, clock, tell, signal };
  return {
    service,
    checkEngine: async () => {
      const limit = { clock, seconds: service.upSeconds, late: lateText("preview", service.stack, service.upSeconds) };
      await withinLimit(limit, (cancelled) => engine.preview(service.stack, cancelled), signal);
    },
    drive: (manner, act) => holding(hold, manner, act),
    driver: async () => {
      const held = await ledger.heldBy(stream);
      return held && held.remainingSeconds > 0 && !isGone(held.holder) ? held.holder.who : null;
    },
    close: async () => {
      await Promise.all([board.close(sendingLimit), ...hosts.map((host) => host.close())]);
      await ledger.close();
    },
  };
}

function isGuarded({ environment, pulumi: { policies } }: EnvironmentSettings): boolean {
  return policies ?? guardedEnvironments.includes(environment);
}

function signingOf({ settings: { signing }, secrets }: Environment): Signing | null {
  if (!signing) return null;
  const { key, trusted, decisionHours } = signing;
  return { signer: signerBy(key, secrets.resolve), trusted, decisionHours };
}

/** Pulumi, looked for at its first use: traffic comes back without it, whatever became of it or its toolchain. */
function whenNeeded(open: () => Promise<PulumiEngine>): EnginePort {
  let opened: Promise<PulumiEngine> | undefined;
  const engine = () => (opened ??= open());
  return {
    up: async (stack, stop, fence) => (await engine()).up(stack, stop, fence),
    preview: async (stack, stop) => (await engine()).preview(stack, stop),
  };
}

/** The service's hosts: where its settings want it, and where a slot still runs. */
async function openHosts(environment: Environment, name: string, journal: Journal): Promise<readonly HostPort[]> {
  const { settings } = environment;
  const { slots } = declared(journal.entries);
  const running = [slots.blue, slots.green].flatMap((filled) => Object.keys(filled?.revision.hosts ?? {}));
  const wanted = settings.services[name]?.hosts ?? Object.keys(settings.hosts);
  const names = Object.keys(settings.hosts).filter((host) => wanted.includes(host) || running.includes(host));
  return Promise.all(names.map((host) => openHost(environment, name, host, journal)));
}

async function openHost(
  { settings, secrets }: Environment,
  service: string,
  name: string,
  journal: Journal,
): Promise<HostPort> {
  const host = settings.hosts[name];
  const wanted = settings.services[service];
  if (!host || !wanted) throw new TypeError(`no host ${name} or service ${service}`);
  const { slots } = declared(journal.entries);
  const addressOf = (slot: SlotName) => {
    const revision = slots[slot]?.revision;
    return {
      address: revision?.hosts[name]?.address ?? host.address,
      port: revision?.ports[slot] ?? wanted.ports[slot],
    };
  };
  return gatewayHost({
    environment: settings.environment,
    host: name,
    service,
    root: host.root,
    site: wanted.route.site,
    status: { address: host.gateway.statusAddress ?? host.address, port: host.gateway.statusPort },
    slots: { blue: addressOf("blue"), green: addressOf("green") },
    logs: { maxBytes: host.gateway.logMaxMegabytes * 1_000_000, keep: 3 },
    shell: await openShell(host, secrets),
    login: loginOf(host.shell),
    engine: await dockerEngine(host.engine, host.shell, secrets.resolve),
  });
}

async function openShell({ shell }: Pick<Host, "shell">, secrets: Secrets): Promise<HostShell> {
  return shell.kind === "local" ? localShell() : sshShell(await sshTarget(shell, secrets));
}

function loginOf(shell: Shell): readonly string[] {
  return shell.kind === "local" ? [] : ["ssh", "-p", String(shell.port), `${shell.user}@${shell.host}`];
}

async function sshTarget(shell: Extract<Shell, { kind: "ssh" }>, secrets: Secrets) {
  const { host, port, user, hostKey } = shell;
  return { host, port, user, hostKey, privateKey: await secrets.resolve(shell.privateKey) };
}
