import type { EnvironmentSettings } from "../../../infra/model/settings/environment.ts";
import { resolveRevision } from "../../../infra/config/resolve-revision.ts";
import { revisionHash } from "../../../infra/ledger/chain.ts";
import { streamOf } from "../../../infra/ledger/event.ts";
import { serviceStack } from "../../../infra/model/service-name.ts";
import type { World } from "../../../stacks/testing/world.ts";

/** First of the ports that the services' slots take, two each. */
const firstPort = 29_900;

/** Names of so many services: `bench/s01`. */
export function serviceNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `bench/s${String(index + 1).padStart(2, "0")}`);
}

export function stackOf(service: string): string {
  return serviceStack("local", service);
}

/** Writes settings in which the world's one service is there so many times, each below a path and at ports of its own. */
export function declareServices(world: World, names: readonly string[]): void {
  world.write((settings) => {
    const [sample] = Object.values(settings.services ?? {});
    if (!sample?.container) throw new Error("the world has no service");
    // Docker's own checks of a hundred containers would be what is measured.
    const container = { ...sample.container };
    delete container.healthcheck;
    settings.services = Object.fromEntries(
      names.map((name, index) => {
        const ports = { blue: firstPort + 2 * index, green: firstPort + 2 * index + 1 };
        return [name, { ...sample, container, ports, route: { path: `/${name.slice(name.indexOf("/") + 1)}` } }];
      }),
    );
  });
}

/** Writes down that each has a release in blue, settled: what their stacks declare from then on. */
export async function settleServices(world: World, settings: EnvironmentSettings): Promise<void> {
  const ledger = await world.open();
  try {
    for (const name of Object.keys(settings.services)) {
      const revision = resolveRevision(settings, name, { version: "1.0.0", image: world.images.node });
      const stream = streamOf("local", name);
      const at = new Date().toISOString();
      const of = { rollout: "1.0.0", slot: "blue" } as const;
      const filled = { kind: "filled", ...of, revision, revisionHash: revisionHash(revision) } as const;
      await ledger.append(stream, 1, filled, "bench", at);
      await ledger.append(stream, 2, { kind: "promoted", ...of }, "bench", at);
    }
  } finally {
    await ledger.close();
  }
}
