import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSluice } from "../scripts/e2e/testing/sluice.ts";
import type { WrittenSettings } from "../stacks/testing/settings.ts";
import { startWorld, type World } from "../stacks/testing/world.ts";

const service = "local.org1.web";

let world: World;
beforeAll(async () => {
  world = await startWorld({ block: "127.0.89", port: 29_760, hosts: 2 });
  world.write(asked);
});
afterAll(async () => {
  await world.stop();
});

/** As a person does at the checkout's root. */
const previewed = (stack: string, ...flags: string[]): Promise<string> =>
  world.shell(["preview", "-s", stack, "--policy-pack", "policy", ...flags]);
const asked = (settings: WrittenSettings) => Object.assign(settings, { pulumi: { policies: true } });
const sluice = (...args: string[]) => startSluice(args, { checkout: world.ownCheckout, env: world.variables }).ended;

describe("Sluice's own stacks under the policy pack", () => {
  it("pass it before there is anything, and once they are up", async () => {
    await world.shell(["stack", "init", "local"]);
    expect(await previewed("local")).not.toContain("[mandatory]");
    const { code, stderr } = await sluice("up", "local");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    await previewed("local", "--expect-no-changes");
    await previewed(service, "--expect-no-changes");
    expect(await sluice("review", "local", "--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
  });

  it("pass it with both slots filled and one settled, with a secret in them, and without changes on another day", async () => {
    await world.fill("blue", "1.0.0");
    await world.append({ kind: "promoted", rollout: "1.0.0", slot: "blue" });
    await world.fill("green", "1.1.0");
    const { code, stderr } = await sluice("up", "local", "org1/web");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await previewed(service, "--expect-no-changes")).not.toContain("[mandatory]");
  });

  it("are refused by the driver when they break a rule: each violation is told, and nothing is changed", async () => {
    const before = [await world.containers(0), await world.containers(1)];
    world.write((settings) => {
      asked(settings);
      const container = settings.services?.["org1/web"]?.container;
      if (container) Object.assign(container, { user: "root", restart: "no" });
    });
    await world.fill("green", "1.2.0");
    const { code, stderr } = await sluice("up", "local", "org1/web");
    expect(code).toBe(1);
    expect(stderr).toContain(`The policy refuses stack ${service}; nothing was changed:`);
    for (const name of ["host-a-green", "host-b-green"]) {
      expect(stderr).toContain(`container-user: ${name} (docker:index/container:Container): user: expected`);
      expect(stderr).toContain(`container-restart: ${name} (docker:index/container:Container): restart: expected`);
    }
    expect([await world.containers(0), await world.containers(1)]).toEqual(before);
    await expect(previewed(service)).rejects.toThrow("[mandatory]  container-user  ");
    expect(await world.get(0)).toBe("blue 1.0.0 hunter2");
    const summary = join(world.folder, "summary.md");
    const reviewed = await startSluice(["review", "local", "--json"], {
      checkout: world.ownCheckout,
      env: { ...world.variables, GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary },
    }).ended;
    expect(reviewed).toMatchObject({
      code: 1,
      document: {
        conclusion: "refused",
        stacks: [
          { stack: "local", violations: [] },
          { stack: service, changes: { resources: expect.any(Array) as [] } },
        ],
      },
    });
    expect(reviewed.stderr).toContain(`::error title=${service}%3A policy::container-user: host-a-green`);
    expect(readFileSync(summary, "utf8")).toMatch(
      /refused by the policy[^]*container-restart: host-b-green[^]*\| `host-a-green`/,
    );
  });
});
