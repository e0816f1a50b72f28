import { declared } from "../../ledger/declared.ts";
import { activeRollout, rollouts, unfinishedRevert } from "../../ledger/rollouts.ts";
import type { Plan } from "../../model/plan.ts";
import type { Service } from "../context.ts";
import { resumeRollout } from "../resume.ts";
import { retire } from "../retire.ts";
import type { Kill } from "./driver.ts";
import { FakeSpool } from "./fake-ledger.ts";
import { canary, careful, drive, goBackTo, judged, rollOut, settle, type Settled } from "./plans.ts";
import { World } from "./world.ts";

export interface Scenario {
  readonly before: readonly Settled[];
  readonly command: (service: Service) => Promise<unknown>;
  readonly arrange?: (world: World) => void;
  /** What somebody mends before the resume, where the command can't come to its end without. */
  readonly mend?: (world: World) => void;
  /** Versions that may serve at the end; null is none. */
  readonly ends: readonly (string | null)[];
}

const recreate: Partial<Plan> = { strategy: "recreate" };

/** Everything that a driver can be killed in. */
export const scenarios = {
  "a first release": { before: [], command: rollOut("1.0.0"), ends: [null, "1.0.0"] },
  "a first release that is ill": {
    before: [],
    command: rollOut("1.0.0"),
    arrange: ({ behaviours }) => behaviours.set("1.0.0", { privately: "ill" }),
    ends: [null],
  },
  "a second release": { before: ["1.0.0"], command: rollOut("1.1.0"), ends: ["1.0.0", "1.1.0"] },
  "a canary": { before: ["1.0.0"], command: rollOut("1.1.0", canary), ends: ["1.0.0", "1.1.0"] },
  "a canary that is judged": { before: ["1.0.0"], command: rollOut("1.1.0", judged), ends: ["1.0.0", "1.1.0"] },
  "a canary before any user": { before: ["1.0.0"], command: rollOut("1.1.0", careful), ends: ["1.0.0", "1.1.0"] },
  "a canary that is worse": {
    before: ["1.0.0"],
    command: rollOut("1.1.0", judged),
    arrange: ({ behaviours }) => behaviours.set("1.1.0", { errorPercent: 50 }),
    ends: ["1.0.0"],
  },
  "a release that its users don't like": {
    before: ["1.0.0"],
    command: rollOut("1.1.0"),
    arrange: ({ behaviours }) => behaviours.set("1.1.0", { errorPercent: 50 }),
    ends: ["1.0.0"],
  },
  "a release that fails its private checks": {
    before: ["1.0.0"],
    command: rollOut("1.1.0"),
    arrange: ({ behaviours }) => behaviours.set("1.1.0", { privately: "ill" }),
    ends: ["1.0.0"],
  },
  "one copy at a time": {
    before: ["1.0.0"],
    command: rollOut("1.1.0", recreate),
    arrange: (world) => (world.mayEmptyServed = true),
    ends: ["1.0.0", "1.1.0"],
  },
  "one copy at a time, and back": {
    before: ["1.0.0"],
    command: rollOut("1.1.0", recreate),
    arrange: (world) => {
      world.mayEmptyServed = true;
      world.behaviours.set("1.1.0", { errorPercent: 50 });
    },
    ends: ["1.0.0"],
  },
  "a host joins": {
    before: [{ version: "1.0.0", hosts: ["host-a"] }],
    command: rollOut("1.1.0"),
    ends: ["1.0.0", "1.1.0"],
  },
  "a host joins with a release that its users don't like": {
    before: [{ version: "1.0.0", hosts: ["host-b"] }],
    command: rollOut("1.1.0"),
    arrange: ({ behaviours }) => behaviours.set("1.1.0", { errorPercent: 50 }),
    ends: ["1.0.0"],
  },
  "a host leaves": {
    before: ["1.0.0"],
    command: rollOut("1.1.0", {}, { hosts: ["host-a"] }),
    ends: ["1.0.0", "1.1.0"],
  },
  "a host takes another one's place, one copy at a time": {
    before: [{ version: "1.0.0", hosts: ["host-a"] }],
    command: rollOut("1.1.0", recreate, { hosts: ["host-b"] }),
    arrange: (world) => (world.mayEmptyServed = true),
    ends: ["1.0.0", "1.1.0"],
  },
  "a warm rollback to a host that left": {
    before: ["1.0.0", { version: "1.1.0", hosts: ["host-a"] }],
    command: goBackTo(),
    ends: ["1.0.0", "1.1.0"],
  },
  "a warm rollback": { before: ["1.0.0", "1.1.0"], command: goBackTo(), ends: ["1.0.0", "1.1.0"] },
  "a warm rollback past a host that is away": {
    before: ["1.0.0", "1.1.0"],
    arrange: ({ unreachable }) => unreachable.add("host-b"),
    command: (service) => goBackTo()(service).catch(() => undefined),
    mend: ({ unreachable }) => unreachable.clear(),
    ends: ["1.0.0", "1.1.0"],
  },
  "a cold rollback": { before: ["1.0.0", "1.1.0", "1.2.0"], command: goBackTo("1.0.0"), ends: ["1.0.0", "1.2.0"] },
  "retiring a slot": { before: ["1.0.0", "1.1.0"], command: retire, ends: ["1.1.0"] },
} satisfies Record<string, Scenario>;

async function arranged({ before, arrange }: Scenario): Promise<World> {
  const world = new World();
  await settle(world, ...before);
  arrange?.(world);
  return world;
}

/** How many calls of ports the scenario takes when nobody kills it. */
export async function callsOf(scenario: Scenario): Promise<number> {
  const world = await arranged(scenario);
  const { driver } = await drive(world, scenario.command);
  if (scenario.mend) {
    scenario.mend(world);
    await drive(world, resumeRollout);
  }
  const wrong = world.disagreements();
  if (wrong.length > 0) throw new Error(wrong.join("; "));
  return driver.calls;
}

/** The world as a killed driver leaves it. */
export async function killed(scenario: Scenario, kill: Kill, spool = new FakeSpool()): Promise<World> {
  const world = await arranged(scenario);
  const { outcome } = await drive(world, scenario.command, { kill, spool });
  if (outcome !== "killed") throw new Error(`the driver came to its end before call ${kill.at}`);
  world.takenOver();
  return world;
}

/** Resumes what is left, and says what is wrong afterwards. */
export async function ended(
  { ends, mend }: Scenario,
  world: World,
  spool = new FakeSpool(),
): Promise<readonly string[]> {
  mend?.(world);
  // A driver in between may have been killed, too.
  world.takenOver();
  await drive(world, resumeRollout, { spool });
  const { entries } = world.ledger;
  const { settled, slots } = declared(entries);
  const wrong = [...world.disagreements()];
  const serving = settled ? (slots[settled]?.revision.release.version ?? "an empty slot") : null;
  if (!ends.includes(serving)) wrong.push(`${serving} serves, expected one of ${ends.join()}`);
  if (activeRollout(rollouts(entries))) wrong.push("a rollout is still under way");
  if (unfinishedRevert(entries)) wrong.push("a revert is still under way");
  const last = rollouts(entries).findLast(({ startedAt }) => startedAt !== null);
  if (last?.outcome === "stranded") wrong.push("stranded, although every host answers");
  if (last?.outcome === "rolledBack" && last.candidate && slots[last.candidate]?.revisionHash === last.revisionHash) {
    wrong.push(`${last.candidate} still holds what was rolled back`);
  }
  return wrong;
}
