import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Entry, type EventKind, streamOf } from "../../../infra/ledger/event.ts";
import { startWorld, type World, type WorldOptions } from "../../../stacks/testing/world.ts";
import type { WrittenSettings } from "../../../stacks/testing/settings.ts";
import { buildReactUi } from "../../local/react-ui.ts";
import { engineAt, imageFor } from "../../local/images.ts";
import { pushReleases, type Releases } from "./releases.ts";
import { type Ran, type Running, startSluice } from "./sluice.ts";
import { snapshot, type Snapshot } from "./snapshot.ts";

export const service = "org1/web";

/** How long a lease of the sample lasts. */
export const stageLease = { tickSeconds: 1, leaseTicks: 5 } as const;

export interface StageOptions extends WorldOptions {
  /** Releases of the sample, each an image of its own: what goes wrong with it by version. */
  readonly releases: Releases;
  /** By version, the release of the sample that its image is built from. @default "1.1.0" for all */
  readonly builds?: Readonly<Record<string, string>>;
  /** What differs from the settings below. */
  readonly change?: (settings: WrittenSettings) => void;
}

/** A world with releases of the sample in its registry, and the real command line on it. */
export type Stage = Awaited<ReturnType<typeof startStage>>;

export async function startStage({ releases, builds = {}, change = () => undefined, ...where }: StageOptions) {
  const world = await startWorld(where);
  try {
    const builder = engineAt(world.hosts[0]?.engine.socket ?? "");
    const { reference } = await imageFor(builder, "node", { official: false });
    const repository = `${world.registry}/${service}`;
    const pushed: Record<string, string> = {};
    const bases: Record<string, string> = {};
    for (const [version, environment] of Object.entries(releases)) {
      const build = builds[version] ?? "1.1.0";
      const base = (bases[build] ??= await buildReactUi(builder, { version: build, base: reference }));
      Object.assign(pushed, await pushReleases(builder, { base, repository, releases: { [version]: environment } }));
    }
    return { images: pushed, ...furnish(world, repository, change) };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

function furnish(world: World, repository: string, change: (settings: WrittenSettings) => void) {
  /** Writes the settings: the stage's own, and what differs now. */
  const write = (more: (settings: WrittenSettings) => void = () => undefined): void =>
    world.write((settings) => {
      settings.services = { [service]: sample(repository, world.port + 2) };
      change(settings);
      more(settings);
    });
  const env = { ...world.variables, XDG_STATE_HOME: join(world.folder, "xdg-state"), SLUICE_ACTOR: "e2e" };
  const where = { checkout: world.ownCheckout, env };
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Running =>
    startSluice(args, { ...where, env: { ...where.env, ...more } });
  const sluice = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    start([...args, "--json"], more).ended;
  const entries = async (name = service): Promise<readonly Entry[]> => {
    const ledger = await world.open();
    return ledger.read(streamOf("local", name)).finally(() => ledger.close());
  };
  /** Waits for the next event of this kind behind entry `after`, and fails when the command ends without it. */
  const event = async (kind: EventKind, running: Running, after: number, name = service): Promise<Entry> => {
    let ended: Ran | undefined;
    void running.ended.then((ran) => (ended = ran));
    for (;;) {
      const over = ended;
      const found = (await entries(name)).find((entry) => entry.sequence > after && entry.event.kind === kind);
      if (found) return found;
      if (over) throw new Error(`it ended with ${over.code} and no "${kind}":\n${over.stderr}`);
      await sleep(50);
    }
  };
  const gateways = world.hosts.map(({ address }) => `http://${address}:${world.port}`);
  write();
  return {
    world,
    stop: world.stop,
    write,
    env,
    gateways,
    start,
    sluice,
    entries,
    event,
    head: async (name = service) => (await entries(name)).length,
    snapshot: (): Promise<Snapshot> => snapshot(world),
    /** The environment with this release in it; throws with what was said when that fails. */
    bringUp: async (version: string): Promise<void> => {
      for (const args of [["up"], ["rollout", service, version]]) {
        const [command = "", ...more] = args;
        const { code, stderr } = await sluice([command, "local", ...more]);
        if (code !== 0) throw new Error(`sluice ${command} ended with ${code}: ${stderr}`);
      }
    },
    /** A preview from a shell that fails when anything would change. */
    noChanges: async (place: Parameters<World["shell"]>[1] = {}): Promise<void> => {
      await world.shell(["preview", "-s", `local.${service.replace("/", ".")}`, "--expect-no-changes"], place);
    },
  };
}

type Strategy = NonNullable<NonNullable<WrittenSettings["services"]>[string]["strategy"]>;

/** Makes the stage's service a canary. A busy machine is slow now here, now there: slowness proves nothing of a release. */
export function canaryBy({ services = {} }: WrittenSettings, strategy: Strategy): void {
  const before = services[service]?.strategy;
  if (!before) return;
  const analysis = { rails: { maxP95Ratio: 100 }, sequential: { latencyMarginMilliseconds: 5_000 } };
  Object.assign(before, { kind: "canary", analysis, ...strategy });
}

/** Settings of the sample with waits that suit a test. */
export function sample(image: string, port: number): NonNullable<WrittenSettings["services"]>[string] {
  return {
    image,
    ports: { blue: port, green: port + 1 },
    container: {
      environment: {
        HOST: "${slot.address}",
        PORT: "${slot.port}",
        SLOT: "${slot.name}",
        RELEASE_VERSION: "${release.version}",
        DRAIN_DELAY_MS: "0",
      },
      user: "1000:1000",
      memoryMegabytes: 128,
      cpus: 1.5,
      stopSeconds: 5,
    },
    route: { streaming: ["/api/events"] },
    health: {
      smoke: [{ path: "/api/users/me", status: 401 }],
      tries: 8,
      intervalSeconds: 1,
      timeoutSeconds: 5,
    },
    strategy: { watch: { seconds: 2, intervalSeconds: 1 }, drainSeconds: 15, ...stageLease },
  };
}
