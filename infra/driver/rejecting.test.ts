import { describe, expect, it } from "vitest";
import { signatureOf, testKey, type TestKey } from "../gates/testing/keys.ts";
import { quarantine, rollouts } from "../ledger/rollouts.ts";
import { revisionOf } from "../ledger/testing/events.ts";
import type { Plan } from "../model/plan.ts";
import { actorOf } from "../model/actor.ts";
import { RefusedError } from "../model/errors.ts";
import { windowSettings } from "../model/settings/windows.ts";
import type { Wanted } from "./decide.ts";
import { continueRollout } from "./continue.ts";
import { resumeRollout } from "./resume.ts";
import { startRollout } from "./rollout.ts";
import { type Answer, answer } from "./signing/answer.ts";
import { Driver } from "./testing/driver.ts";
import { drive, placesOn, plan, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const people = { bob: testKey(), carol: testKey(), dave: testKey() };
const approvers = { bob: people.bob.publicBase64, carol: people.carol.publicBase64 };
const approval = { approvers, required: 1, expiresHours: 72 };
const windows = windowSettings.parse({
  timeZone: "Etc/UTC",
  open: [{ days: ["thursday", "friday"], from: "00:00", to: "24:00" }],
});
const options = { environment: "prod", gates: { approval, windows } };

const steps: Plan["steps"] = [
  { kind: "weight", percent: 10, holdSeconds: 120 },
  { kind: "weight", percent: 100, holdSeconds: 120 },
];
const wanted = (over: Partial<Plan> = {}, version = "1.1.0"): Wanted => ({
  purpose: "rollout",
  revision: { ...revisionOf(version), hosts: placesOn(["host-a", "host-b"]) },
  plan: { ...plan, steps, ...over },
});

interface Said extends Partial<Pick<Answer, "answer" | "reason">> {
  readonly by?: keyof typeof people;
  readonly to?: Wanted;
  readonly key?: TestKey;
  /** Whose answers count where it is signed. */
  readonly approvers?: Readonly<Record<string, string>>;
  /** How long it takes to sign, seconds. */
  readonly signs?: number;
}

function say(
  world: World,
  { by = "bob", to = wanted(), key = people[by], approvers: known = approvers, signs = 0, ...over }: Said,
) {
  const signer = { sign: (bytes: Buffer) => world.clock.sleep(signs * 1000).then(() => signatureOf(key, bytes)) };
  const said = { answer: "reject" as const, reason: "the report is wrong", ...over, by: actorOf(by, "by") };
  const gates = { approval: { ...approval, approvers: known } };
  return drive(world, (service) => answer(service, to, said, signer), { environment: "prod", gates });
}

/** 1.0.0 serves, carol has approved 1.1.0, and its rollout is on its way. */
async function begun(over: Partial<Plan> = {}) {
  const world = new World();
  await settle(world, "1.0.0");
  await say(world, { by: "carol", answer: "approve", to: wanted(over) });
  const driver = new Driver(world, options);
  const running = driver.run((service) => startRollout(service, "r", wanted(over)));
  return { world, driver, running };
}

const served = (world: World) => world.hosts.map((host) => host.served().join());
const later = (world: World, seconds: number) => world.clock.sleep(seconds * 1000);

describe("a rejection while a rollout is under way", () => {
  it("brings it back at the next look, and blames nobody", async () => {
    const { world, running } = await begun();
    await later(world, 60);
    expect(served(world)).toEqual(["green,blue", "green,blue"]);
    await say(world, {});
    await later(world, 15);
    expect(served(world)).toEqual(["blue", "blue"]);
    expect(await running).toMatchObject({
      state: { phase: "rolledBack", reason: "rejected by bob (the report is wrong)", blamed: false },
    });
    expect(quarantine(world.ledger.entries).size).toBe(0);
    expect(rollouts(world.ledger.entries).at(-1)).toMatchObject({ outcome: "rolledBack", blamed: false });
    expect(world.disagreements()).toEqual([]);
    await expect(drive(world, (service) => startRollout(service, "again", wanted()), options)).rejects.toThrow(
      new RefusedError("rejected by bob (the report is wrong)"),
    );
  });

  it("is kept whatever the rollout's driver writes meanwhile", async () => {
    const { world, running } = await begun();
    await later(world, 30);
    await say(world, { signs: 30 });
    expect(await running).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
  });

  it.each<[string, Said]>([
    ["of another release", { to: wanted({}, "1.2.0") }],
    ["of another plan", { to: wanted({ drainSeconds: 99 }) }],
    ["by somebody who may not approve", { by: "dave", approvers: { dave: people.dave.publicBase64 } }],
    ["in another one's name", { key: people.dave, approvers: { bob: people.dave.publicBase64 } }],
    ["that is none", { answer: "approve" }],
  ])("doesn't count: %s", async (_what, said) => {
    const { world, running } = await begun();
    await later(world, 60);
    await say(world, said);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
  });

  it("that its author took back at once doesn't count, nor one from before", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    await say(world, {});
    await say(world, { answer: "approve" });
    const driver = new Driver(world, options);
    const running = driver.run((service) => startRollout(service, "r", wanted()));
    await later(world, 62);
    await say(world, {});
    await say(world, { answer: "approve" });
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
  });

  it("isn't heard where nobody is asked for approvals", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const running = new Driver(world, { environment: "prod" }).run((service) => startRollout(service, "r", wanted()));
    await later(world, 60);
    await say(world, {});
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
  });

  it("is heard by who takes it over before any user is on the candidate again", async () => {
    const { world, driver } = await begun();
    await later(world, 60);
    driver.kill();
    await later(world, 120);
    await say(world, {});
    let [isOver, seen] = [false, ""];
    const next = new Driver(world, options).run(resumeRollout).finally(() => (isOver = true));
    for (; !isOver; seen += served(world).join()) await later(world, 0.5);
    expect(await next).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
    expect(seen).not.toContain("green");
  });

  it("is heard at a pause, too", async () => {
    const paused: Plan["steps"] = [steps[0]!, { kind: "pause", percent: 10 }, steps[1]!];
    const { world, running } = await begun({ steps: paused });
    await later(world, 600);
    expect(served(world)).toEqual(["green,blue", "green,blue"]);
    await say(world, { to: wanted({ steps: paused }) });
    expect(await running).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
    await expect(drive(world, continueRollout)).rejects.toThrow("no rollout is under way");
  });

  it("is heard by a driver that takes over", async () => {
    const { world, driver } = await begun();
    await later(world, 60);
    driver.kill();
    await say(world, {});
    const { outcome } = await drive(world, resumeRollout, options);
    expect(outcome).toMatchObject({
      state: { phase: "rolledBack", reason: "rejected by bob (the report is wrong)", blamed: false },
    });
    expect(world.disagreements()).toEqual([]);
  });

  it("takes no blame from a release that goes back on the same look for its users' sake", async () => {
    const { world, running } = await begun({ watch: { ...plan.watch, strikes: 0 } });
    await later(world, 60);
    world.behaviours.set("1.1.0", { errorPercent: 50 });
    await say(world, { to: wanted({ watch: { ...plan.watch, strikes: 0 } }) });
    expect(await running).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(quarantine(world.ledger.entries).size).toBe(1);
  });

  it("comes too late for markers that move already", async () => {
    const { world, running } = await begun();
    const settling = () => world.ledger.entries.at(-1)?.event.kind === "promoting";
    while (!settling()) await world.clock.sleep(10);
    const said = say(world, {});
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    await said;
  });
});
