import { readFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join, resolve as absolute } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../infra/adapters/clock.ts";
import { elsewhereBy } from "../infra/adapters/elsewhere.ts";
import { githubRequests } from "../infra/adapters/github/requests.ts";
import { openLedger } from "../infra/adapters/ledger/index.ts";
import { localPrograms } from "../infra/adapters/program.ts";
import { pulumiEngine, type PulumiEngine } from "../infra/adapters/pulumi.ts";
import { secretsFrom, type Secrets } from "../infra/adapters/secrets.ts";
import { signerBy } from "../infra/adapters/signer.ts";
import { fileSpool } from "../infra/adapters/spool.ts";
import { isGone, thisProcess } from "../infra/adapters/this-process.ts";
import { readSettings } from "../infra/config/load.ts";
import { serviceOf } from "../infra/config/resolve-revision.ts";
import type { Service, Signing } from "../infra/driver/context.ts";
import { holding, type Manner } from "../infra/driver/holding.ts";
import { lateText, withinLimit } from "../infra/driver/within-limit.ts";
import { Journal } from "../infra/driver/journal.ts";
import type { EnginePort, HolderPort, LedgerPort, Tell } from "../infra/driver/ports.ts";
import { streamOf } from "../infra/ledger/event.ts";
import { type Actor, actorOf } from "../infra/model/actor.ts";
import { serviceStack } from "../infra/model/service-name.ts";
import type { EnvironmentSettings } from "../infra/model/settings/environment.ts";
import { guardedEnvironments } from "../infra/model/settings/pulumi.ts";
import { declareStack } from "../stacks/program.ts";
import { openHosts } from "./compose-hosts.ts";
import { openMetrics } from "./compose-metrics.ts";
import { openBoard, sendingLimit } from "./compose-notices.ts";
import { exceptionsOf, policyEnv, withExceptions } from "./compose-policy.ts";
import { pulumiCommand, toolchainEnv } from "./toolchain/env.ts";
import { workflowRun } from "./workflow-run.ts";

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
export function actor(): Actor {
  const key = ["SLUICE_ACTOR", "GITHUB_ACTOR"].find((one) => process.env[one] !== undefined);
  return actorOf(key === undefined ? userInfo().username : (process.env[key] ?? ""), key ?? "login");
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
  const engine = pulumiEngine({
    command: await pulumiCommand(),
    env: { ...(await toolchainEnv()), ...policyEnv() },
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
  if (!isAsked) return engine;
  const name = settings.environment;
  const open = () => openLedgerOf(environment);
  return withExceptions(engine, { environment: name, open, by: actor(), exceptions: () => exceptionsOf(name) });
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
  /** `none`: nothing will be asked of a host, so no shell, key or engine of one is needed. */
  readonly hosts?: "none";
}

/** Everything the driver needs for one service. Closed by who opened it. */
export async function openService(
  environment: Environment,
  name: string,
  { tell, signal, verbose, hosts: asked }: OpenOptions,
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
  const opened = asked === "none" ? [] : await openHosts(environment, name, journal);
  const hosts = opened.map((host) => between(host.name, host));
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
