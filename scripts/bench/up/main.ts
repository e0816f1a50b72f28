import { startWorld, type World } from "../../../stacks/testing/world.ts";
import { setUp } from "../../toolchain/set-up.ts";
import type { Benchmark } from "../benchmark.ts";
import { median, rounded, worst } from "../statistics.ts";
import { declareServices, serviceNames, settleServices, stackOf } from "./services.ts";
import { automation, command, driver, emptyStack, shell, type Way } from "./ways.ts";

const place = { block: "127.0.98", port: 29_850 };

/** A no-change `up` of a service's stack on two hosts, against the same of a stack that declares nothing. */
export const upBenchmark: Benchmark = {
  name: "up",
  about: "a no-change up of a service on two hosts against an empty stack, and of 50 services in turn",
  run: async ({ scale }, say) => {
    await setUp(["pulumi", "docker", "nginx", "ssh", "docker-registry"], say);
    const rounds = Math.max(2, Math.round(9 * scale));
    const services = serviceNames(Math.max(2, Math.round(50 * scale)));
    const world = await startWorld(place);
    try {
      await bringUp(world, services, say);
      const measured = await measureRounds(await waysOf(world, services[0] ?? ""), rounds, say);
      const { inTurn, sooner } = await measureInTurn(world, services, say);
      return report(measured, inTurn, sooner, rounds);
    } finally {
      await world.stop();
    }
  },
};

async function bringUp(world: World, services: readonly string[], say: (text: string) => void): Promise<void> {
  declareServices(world, services);
  await settleServices(world, await world.settings());
  say("bringing up the environment");
  await world.engine().up("local");
  const engine = world.engine();
  for (const [index, service] of services.entries()) {
    say(`bringing up ${service}, ${index + 1} of ${services.length}`);
    await engine.up(stackOf(service));
  }
}

/** What is measured in rounds: against each way, the same with a stack that declares nothing, where there is one. */
interface Pair {
  readonly service: Way;
  readonly empty: Way | null;
}

async function waysOf(world: World, service: string): Promise<readonly Pair[]> {
  const stack = stackOf(service);
  return [
    { service: await automation(world, stack), empty: await automation(world, emptyStack) },
    { service: await driver(world, stack), empty: await driver(world, emptyStack) },
    { service: shell(world, stack), empty: null },
    { service: command(world, service), empty: null },
  ];
}

interface Measured {
  readonly name: string;
  /** Seconds of each round. */
  readonly service: readonly number[];
  readonly empty: readonly number[] | null;
}

async function measureRounds(
  pairs: readonly Pair[],
  rounds: number,
  say: (text: string) => void,
): Promise<readonly Measured[]> {
  const measured = pairs.map(({ service, empty }) => ({
    name: service.name,
    service: [] as number[],
    empty: empty ? ([] as number[]) : null,
  }));
  // The first round fills caches, and creates the empty stack; it doesn't count.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { service, empty }] of pairs.entries()) {
      const of = measured[index];
      const took = { service: await seconds(service), empty: empty ? await seconds(empty) : null };
      if (round === 0) continue;
      of?.service.push(took.service);
      if (took.empty !== null) of?.empty?.push(took.empty);
      say(
        `round ${round} of ${rounds}, ${service.name}: ${took.service.toFixed(2)} s, empty ${took.empty?.toFixed(2) ?? "-"}`,
      );
    }
  }
  return measured;
}

/** All services one after another; `sooner` are runs of the first one alone, in between. */
async function measureInTurn(
  world: World,
  services: readonly string[],
  say: (text: string) => void,
): Promise<{ readonly inTurn: readonly number[]; readonly sooner: readonly number[] }> {
  const one = await automation(world, stackOf(services[0] ?? ""));
  const inTurn: number[] = [];
  const sooner: number[] = [];
  for (const [index, service] of services.entries()) {
    const way = await automation(world, stackOf(service));
    inTurn.push(await seconds(way));
    if (index % 5 === 0) sooner.push(await seconds(one));
    if (index % 10 === 9) say(`${index + 1} of ${services.length} services in turn`);
  }
  return { inTurn, sooner };
}

async function seconds(way: Way): Promise<number> {
  const before = performance.now();
  await way.up();
  return (performance.now() - before) / 1000;
}

function report(measured: readonly Measured[], inTurn: readonly number[], one: readonly number[], rounds: number) {
  const sum = inTurn.reduce((total, took) => total + took, 0);
  const times = sum / median(one);
  const limit = inTurn.length * 1.1;
  const ratioOf = ({ service, empty }: Measured) => (empty ? median(service) / median(empty) : NaN);
  const [plain] = measured;
  const ratio = plain ? ratioOf(plain) : NaN;
  return {
    settings: { rounds, services: inTurn.length, hosts: 2 },
    results: { measured, inTurn, one },
    tables: [
      {
        title: "A no-change up of one service on two hosts, s",
        head: ["way", "median", "worst", "empty stack, median", "ratio"],
        rows: measured.map((of) => [
          of.name,
          rounded(median(of.service)),
          rounded(worst(of.service)),
          of.empty ? rounded(median(of.empty)) : "-",
          of.empty ? rounded(ratioOf(of)) : "-",
        ]),
      },
      {
        title: `${inTurn.length} services one after another (Automation API up)`,
        head: ["all, s", "one, median s", "all / one"],
        rows: [[rounded(sum), rounded(median(one)), rounded(times)]],
      },
    ],
    failures: [
      ...(ratio <= 2.5 ? [] : [`a no-change up takes ${ratio.toFixed(2)} x an empty stack's, expected at most 2.5`]),
      ...(times <= limit
        ? []
        : [`${inTurn.length} services take ${times.toFixed(1)} x one, expected at most ${rounded(limit)}`]),
    ],
  };
}
