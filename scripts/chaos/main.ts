// `npm run chaos`: rollouts whose driver is killed at every call, and whose hosts fail in every phase, on real parts.
import { Command, InvalidArgumentError } from "commander";
import { runProgram } from "../cli/run-program.ts";
import { table } from "../cli/table.ts";
import { USUAL_NEEDS } from "../toolchain/os-parts.ts";
import { checkMachine, setUp } from "../toolchain/set-up.ts";
import { faults } from "./faults.ts";
import { phases } from "./hosts.ts";
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

/** More calls than a rollout makes, so that there are releases enough. */
const mostKills = 200;

const campaigns: Readonly<Record<"kills" | "hosts", Campaign>> = {
  kills: {
    head: ["killed at", "when", "sluice resume", "problems"],
    run: async (every, say) => {
      const { campaign, versions, stop } = await killStage({ block: "127.0.83", port: 29_280 }, mostKills);
      try {
        const [first = "", ...rest] = versions;
        const points = (await campaign.points(first)).filter((_, index) => index % every === 0);
        for (const [index, point] of points.slice(0, rest.length).entries()) {
          const { reached, resumed, problems } = await campaign.kill(point, rest[index] ?? "");
          say({ cells: [point.call, reached ? point.when : "not reached", resumed], problems });
        }
      } finally {
        await stop();
      }
    },
  },
  hosts: {
    head: ["phase", "fault of one host of five", "outcome", "mixed for", "problems"],
    run: async (every, say) => {
      const cells = phases.flatMap((phase) => faults.map((fault) => ({ phase, fault })));
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
  .description("Kills drivers and breaks hosts in the middle of rollouts, on loopback only; says what came of it.")
  .argument("[campaign]", "kills or hosts; default: both, one after the other")
  .option("--every <n>", "only every n-th trial", numberFrom1, 1)
  .action(async (only: string | undefined, { every }: { every: number }) => {
    if (only !== undefined && !Object.hasOwn(campaigns, only)) program.error("error: expected kills or hosts");
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
