import { connect } from "node:net";
import { join } from "node:path";
import { setUp } from "../../toolchain/set-up.ts";
import type { Benchmark } from "../benchmark.ts";
import type { Target } from "../load/protocol.ts";
import { median, quantile, rounded, worst } from "../statistics.ts";
import { measureRollback, type Rollback } from "./measure.ts";
import { outage } from "./outage.ts";
import { startRollbackWorld } from "./world.ts";

const place = { block: "127.0.98", port: 29_830 };

/** From a bad verdict to all traffic on the settled slot, with nothing but the hosts within reach. */
export const rollbackBenchmark: Benchmark = {
  name: "rollback",
  about: "from a bad verdict to all traffic back, on two hosts, without ledger, state backend and pulumi",
  run: async ({ scale }, say) => {
    await setUp(["pulumi", "docker", "nginx", "ssh", "postgresql", "docker-registry"], say);
    const before = { ...process.env };
    const count = Math.max(1, Math.round(40 * scale));
    const started = await startRollbackWorld(place, say);
    const { world, line } = started;
    try {
      const spool = join(world.folder, "home");
      Object.assign(process.env, { ...world.variables, PATH: process.env["PATH"], XDG_STATE_HOME: spool });
      const ledgerAnswers = () => connects({ host: `${place.block}.9`, port: line.port });
      const cut = outage(world.state, line, ledgerAnswers);
      const rollbacks: Rollback[] = [];
      for (let number = 1; number <= count; number++) {
        const folder = join(spool, "sluice", "spool");
        const one = await measureRollback(number, targetsOf(world.port), folder, cut);
        if (Math.min(...one.before) === 0) throw new Error("the candidate never had the traffic of every gateway");
        const outside = one.outside.map((ms) => ms.toFixed(0)).join(" and ");
        say(`${number} of ${count}: driver ${one.driver} ms, seen from outside ${outside} ms, ${one.failed} failed`);
        rollbacks.push(one);
      }
      return report(rollbacks);
    } finally {
      process.env = before;
      await started.stop();
    }
  },
};

const targetsOf = (port: number): readonly [Target, Target] => [
  { host: `${place.block}.1`, port },
  { host: `${place.block}.2`, port },
];

function report(rollbacks: readonly Rollback[]) {
  const columns = {
    "as the driver saw it on every gateway": rollbacks.map(({ driver }) => driver),
    "last request on the candidate, local shell": rollbacks.map(({ outside }) => outside[0] ?? NaN),
    "last request on the candidate, SSH": rollbacks.map(({ outside }) => outside[1] ?? NaN),
  };
  const failed = rollbacks.reduce((sum, one) => sum + one.failed, 0);
  const driver = columns["as the driver saw it on every gateway"];
  return {
    settings: { rollbacks: rollbacks.length, requestsPerSecondAndGateway: 200 },
    results: rollbacks,
    tables: [
      {
        title: `From a bad verdict to all traffic on the settled slot, ms (${rollbacks.length} times, ${failed} requests failed)`,
        head: ["measured", "median", "p95", "worst"],
        rows: Object.entries(columns).map(([name, all]) => [
          name,
          rounded(median(all)),
          rounded(quantile(all, 0.95)),
          rounded(worst(all)),
        ]),
      },
    ],
    failures: [
      ...(median(driver) < 300 ? [] : [`median ${median(driver)} ms, expected below 300`]),
      ...(worst(driver) < 1000 ? [] : [`worst ${worst(driver)} ms, expected below 1000`]),
      ...(failed === 0 ? [] : [`${failed} requests failed in rollbacks, expected 0`]),
    ],
  };
}

function connects({ host, port }: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
