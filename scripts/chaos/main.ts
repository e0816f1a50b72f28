// `npm run chaos`: rollouts whose driver is killed at every call, or stopped at some and succeeded, and whose hosts fail in
// every phase, on real parts.
import { Command, InvalidArgumentError } from "commander";
import { runProgram } from "../cli/run-program.ts";
import { table } from "../cli/table.ts";
import { USUAL_NEEDS } from "../toolchain/os-parts.ts";
import { checkMachine, setUp } from "../toolchain/set-up.ts";
import { faults } from "./faults.ts";
import { phases } from "./hosts.ts";
import type { KillPoint } from "./kill-points.ts";
import type { KillCampaign } from "./kills.ts";
import { strikes } from "./outcomes.ts";
import { killStage, hostStage } from "./stages.ts";

interface Row {
  readonly cells: readonly string[];
  readonly problems: readonly string[];
}

interface Campaign {
  readonly head: readonly string[];
  /** Carries the `n`-th of every so many trials out. */
  readonly run: (every: number, say: (row: Row) => void) => Promise<void>;
}

/** More points than a rollout has, so that there are releases enough. */
const mostReleases = 300;
/** A stop takes a lease and longer: of all points every so many, and those in the middle of an `up`. */
const stopEvery = 4;

/** Strikes one driver at each of some points, with a release for each. */
async function atPoints(
  choose: (points: readonly KillPoint[]) => readonly KillPoint[],
  strike: (campaign: KillCampaign, point: KillPoint, version: string) => Promise<Row>,
  say: (row: Row) => void,
): Promise<void> {
  const { campaign, versions, stop } = await killStage({ block: "127.0.83", port: 29_280 }, mostReleases);
  try {
    const [first = "", ...rest] = versions;
    const points = choose(await campaign.points(first));
    for (const [index, point] of points.entries()) {
      const version = rest[index];
      if (version === undefined) {
        const problem = `${points.length - index} points were left out: there are ${mostReleases} releases`;
        return say({ cells: [point.call, "not tried", "-"], problems: [problem] });
      }
      say(await strike(campaign, point, version));
    }
  } finally {
    await stop();
  }
}

const campaigns: Readonly<Record<"kills" | "stops" | "hosts", Campaign>> = {
  kills: {
    head: ["killed at", "when", "sluice resume", "problems"],
    run: (every, say) =>
      atPoints(
        (points) => points.filter((_, index) => index % every === 0),
        async (campaign, point, version) => {
          const { reached, resumed, problems } = await campaign.kill(point, version);
          return { cells: [point.call, reached ? point.when : "not reached", resumed], problems };
        },
        say,
      ),
  },
  stops: {
    head: ["stopped at", "when", "sluice resume", "woken, ended with", "problems"],
    run: (every, say) =>
      atPoints(
        (points) => points.filter(({ when }, index) => when === "half" || index % (every * stopEvery) === 0),
        async (campaign, point, version) => {
          const { reached, resumed, woken, problems } = await campaign.stop(point, version);
          return { cells: [point.call, reached ? point.when : "not reached", resumed, String(woken)], problems };
        },
        say,
      ),
  },
  hosts: {
    head: ["phase", "fault of one host of five", "outcome", "mixed for", "problems"],
    run: async (every, say) => {
      const all = phases.flatMap((phase) => faults.map((fault) => ({ phase, fault })));
      const cells = all.filter(({ phase, fault }) => strikes(phase, fault.name));
      for (const { phase, fault } of all.filter((one) => !cells.includes(one)))
        process.stderr.write(`${phase}, ${fault.name}: left out, since it stands in the way of nothing\n`);
      const chosen = cells.filter((_, index) => index % every === 0);
      const { campaign, versions, stop } = await hostStage({ block: "127.0.84", port: 29_300 }, chosen.length);
      try {
        for (const [index, { phase, fault }] of chosen.entries()) {
          const struck = await campaign.strike(phase, fault, versions[index] ?? "");
          const { outcome, mixedMilliseconds, problems } = struck;
          say({ cells: [phase, fault.name, outcome, `${mixedMilliseconds} ms`], problems });
        }
      } finally {
        await stop();
      }
    },
  },
};

const program = new Command("chaos")
  .description(
    "Kills and stops drivers and breaks hosts in the middle of rollouts, on loopback only; says what came of it.",
  )
  .argument("[campaign]", "kills, stops or hosts; default: all, one after the other")
  .option("--every <n>", "only every n-th trial", numberFrom1, 1)
  .action(async (only: string | undefined, { every }: { every: number }) => {
    if (only !== undefined && !Object.hasOwn(campaigns, only)) program.error("error: expected kills, stops or hosts");
    await checkMachine(USUAL_NEEDS);
    await setUp(USUAL_NEEDS);
    let broken = 0;
    for (const [name, { head, run }] of Object.entries(campaigns)) {
      if (only !== undefined && only !== name) continue;
      const rows: string[][] = [];
      const begun = Date.now();
      await run(every, ({ cells, problems }) => {
        if (problems.length > 0) broken++;
        rows.push([...cells, problems.length === 0 ? "none" : problems.join("; ")]);
        const seconds = Math.round((Date.now() - begun) / 1000);
        process.stderr.write(
          `${String(seconds).padStart(5)} s  ${cells.join(", ")}: ${problems.join("; ") || "none"}\n`,
        );
      });
      process.stdout.write(`\n${table([...head], rows)}\n${rows.length} trials\n`);
    }
    process.stdout.write(`${broken} with problems\n`);
    process.exitCode = broken > 0 ? 1 : 0;
  });

await runProgram(program);

function numberFrom1(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Expected a whole number from 1.");
}
