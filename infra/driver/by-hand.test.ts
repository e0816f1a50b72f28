import { describe, expect, it } from "vitest";
import { abortRollout, resumeRollout } from "./resume.ts";
import { drive, rollOut, settle } from "./testing/plans.ts";
import { Driver } from "./testing/driver.ts";
import { FakeNotifier } from "./testing/fake-notifier.ts";
import { World } from "./testing/world.ts";

const open = { action: "open", key: "sluice/local/org1/react-ui/stranded" };

/** A bad release on two hosts, one of which can't be reached any more from this event on. */
async function strandedAt(event: "step" | "promoting", pager = new FakeNotifier("pager", "well", ["stranded"])) {
  const world = new World();
  await settle(world, "1.0.0");
  if (event === "step") world.behaviours.set("1.1.0", { errorPercent: 50 });
  const onCall = (call: string) => {
    if (call === (event === "step" ? "host-b observe" : "host-b settle")) world.unreachable.add("host-b");
  };
  const { driver, outcome } = await drive(world, rollOut("1.1.0"), { onCall, notifiers: [pager] });
  expect(outcome).toMatchObject({ state: { phase: "stranded" } });
  return { world, driver, page: pager.told[0]?.notice };
}

describe("a stranded rollback", () => {
  it("pages, and says what is so and what to do, with the commands for the host that it is about", async () => {
    const { driver, page } = await strandedAt("step");
    expect(page).toMatchObject({ change: "stranded", incident: open });
    expect(driver.told).toContain(page?.next.join("\n"));
    expect(page?.next).toEqual([
      "org1/react-ui 1.1.0 in local is stranded: nobody saw host-b go back to blue.",
      expect.stringMatching(/^Why: .*host-b can't be reached/),
      "No lease is renewed: 40 s after the last one, users of these hosts are on blue by themselves.",
      "What to do:",
      "1. When the hosts answer again: sluice resume local org1/react-ui",
      "2. If they answer you and not Sluice, or it can't wait:",
      "   on host-b:",
      expect.stringMatching(/^ {7}clear \d+ r-1-1-0$/),
      "3. See that it is over: sluice status local org1/react-ui",
    ]);
  });

  it("of a release that was being settled says that users may be on it, and how the marker is moved", async () => {
    const { page } = await strandedAt("promoting");
    const text = page?.next.join("\n");
    expect(text).toContain("users of these hosts may be on the candidate");
    expect(text).toMatch(/clear \d+ r-1-1-0\n\s+settle blue/);
  });

  it("is called off once it is seen to be over", async () => {
    const { world } = await strandedAt("step");
    world.unreachable.clear();
    const pager = new FakeNotifier("pager");
    const { driver } = await drive(world, resumeRollout, { notifiers: [pager] });
    await driver.board?.close(1_000);
    expect(pager.told.map(({ notice }) => notice.incident)).toEqual([{ ...open, action: "close" }]);
    expect(world.disagreements()).toEqual([]);
  });

  it.each(["fails", "hangs"] as const)("is stranded all the same when the pager %s, and says so", async (manner) => {
    const pager = new FakeNotifier("pager", manner, ["stranded"]);
    const { world, driver } = await strandedAt("step", pager);
    const since = world.clock.now();
    await driver.board?.close(10_000);
    const reason = manner === "fails" ? "pager is away" : "it was not sent by the end of the command";
    expect(driver.told).toContain(`pager could not be told of "stranded": ${reason}`);
    const [event] = world.ledger.entries.flatMap((one) => (one.event.kind === "unnotified" ? [one.event] : []));
    expect(event).toEqual({ kind: "unnotified", rollout: "r-1-1-0", notifier: "pager", about: "stranded", reason });
    expect(world.clock.now() - since).toBeLessThan(14_000);
  });
});

it("a rollback that is seen at once pages nobody", async () => {
  const world = new World();
  await settle(world, "1.0.0");
  const driver = new Driver(world, {
    onCall: (call) => {
      if (call === "host-a observe") driver.kill();
    },
  });
  await driver.run(rollOut("1.1.0"));
  const pager = new FakeNotifier("pager", "well", ["stranded"]);
  const { driver: second } = await drive(world, (service) => abortRollout(service, "wrong"), { notifiers: [pager] });
  await second.board?.close(1_000);
  expect(pager.told).toEqual([]);
});
