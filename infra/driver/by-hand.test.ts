import { describe, expect, it } from "vitest";
import { abortRollout, resumeRollout } from "./resume.ts";
import { drive, rollOut, settle } from "./testing/plans.ts";
import { Driver } from "./testing/driver.ts";
import { World } from "./testing/world.ts";

const key = "sluice/local/org1/react-ui/stranded";

/** A bad release on two hosts, one of which can't be reached any more from this event on. */
async function strandedAt(event: "step" | "promoting") {
  const world = new World();
  await settle(world, "1.0.0");
  if (event === "step") world.behaviours.set("1.1.0", { errorPercent: 50 });
  const onCall = (call: string) => {
    if (call === (event === "step" ? "host-b observe" : "host-b settle")) world.unreachable.add("host-b");
  };
  const { driver, outcome } = await drive(world, rollOut("1.1.0"), { onCall });
  expect(outcome).toMatchObject({ state: { phase: "stranded" } });
  return { world, driver };
}

describe("a stranded rollback", () => {
  it("pages, and says what is so and what to do, with the commands for the host that it is about", async () => {
    const { world, driver } = await strandedAt("step");
    const page = world.pages.get(key) ?? "";
    expect(driver.told).toContain(page);
    expect(page.split("\n")).toEqual([
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
    const { world } = await strandedAt("promoting");
    const page = world.pages.get(key) ?? "";
    expect(page).toContain("users of these hosts may be on the candidate");
    expect(page).toMatch(/clear \d+ r-1-1-0\n\s+settle blue/);
  });

  it("is called off once it is seen to be over", async () => {
    const { world } = await strandedAt("step");
    world.unreachable.clear();
    await drive(world, resumeRollout);
    expect(world.pages.size).toBe(0);
    expect(world.disagreements()).toEqual([]);
  });

  it("that nobody can be paged for is stranded all the same, and says so", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const onCall = (call: string) => {
      if (call === "host-b lease") world.unreachable.add("host-b");
    };
    const faults = [(call: string) => (call === "pager.page" ? ("before" as const) : null)];
    const { driver, outcome } = await drive(world, rollOut("1.1.0"), { onCall, faults });
    expect(outcome).toMatchObject({ state: { phase: "stranded" } });
    expect(driver.told).toContain("Nobody could be paged: pager.page failed");
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
  const { driver: second } = await drive(world, (service) => abortRollout(service, "wrong"));
  expect(second.names.filter((name) => name.startsWith("pager"))).toEqual([]);
});
