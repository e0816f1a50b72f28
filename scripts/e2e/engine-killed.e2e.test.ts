import { execa } from "execa";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { slotContainerName } from "../../infra/model/names.ts";
import { disagreements, orphans } from "../chaos/settled.ts";
import { service, type Stage, startStage } from "./testing/stage.ts";
import { failures, Users } from "./testing/users.ts";

let stage: Stage;
let users: Users;

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.88",
    port: 29_340,
    releases: { "1.0.0": null, "1.1.0": {}, "1.2.0": {}, "1.3.0": {} },
    change: ({ services = {} }) => {
      const { container } = services[service] ?? {};
      // A container takes some seconds to be made: Docker asks it first after one.
      const command = ["node", "-e", "setTimeout(() => process.exit(0), 2000)"];
      if (container) container.healthcheck = { command, intervalSeconds: 1, timeoutSeconds: 20 };
    },
  });
  await stage.bringUp("1.0.0");
  users = new Users({ gateways: stage.gateways, users: 2 });
});
afterAll(async () => {
  await users?.stop();
  await stage?.stop();
});
beforeEach(() => void users.take());
afterEach(async () => {
  expect(failures(users.take())).toEqual({});
  expect([...(await disagreements(stage)), ...(await orphans(stage)), ...locks()]).toEqual([]);
});

function locks(): readonly string[] {
  return globSync(join(stage.world.state, ".pulumi", "locks", "**", "*.json"));
}

/** Starts a rollout and waits until Pulumi is in the middle of making its container on host-a. */
async function untilContainer(version: string, slot: "blue" | "green") {
  const container = slotContainerName({ environment: "local", host: "host-a" }, service, slot);
  const id = async () => (await stage.world.containers(0, true))[container];
  const before = await id();
  const ended = execa(
    process.execPath,
    [join(stage.world.ownCheckout, "scripts", "main.ts"), "rollout", "local", service, version, "--json"],
    {
      cwd: stage.world.ownCheckout,
      env: stage.env,
      extendEnv: false,
      detached: true,
      stdin: "ignore",
      reject: false,
    },
  );
  for (let now = await id(); now === undefined || now === before; now = await id()) await sleep(100);
  const [lock = ""] = locks();
  const { pid } = JSON.parse(readFileSync(lock, "utf8")) as { pid: number };
  return { ended, driver: ended.pid ?? 0, engine: pid };
}

describe("a Pulumi engine that is killed in the middle of an `up`", () => {
  it("makes the rollout go back: no lock and no container is left, and the release may come again", async () => {
    const { ended, engine } = await untilContainer("1.1.0", "green");
    process.kill(engine, "SIGKILL");
    const { exitCode, stdout, stderr } = await ended;
    expect([exitCode, stdout], stderr).toEqual([1, expect.stringContaining('"rolledBack"')]);
    expect([...(await disagreements(stage)), ...(await orphans(stage)), ...locks()]).toEqual([]);
    const again = await stage.sluice(["rollout", "local", service, "1.1.0"]);
    expect([again.code, again.document["outcome"]], again.stderr).toEqual([0, "promoted"]);
  });

  it("with its driver, is succeeded by `resume`", async () => {
    const { ended, driver } = await untilContainer("1.2.0", "blue");
    process.kill(-driver, "SIGKILL");
    await ended;
    expect(locks()).toHaveLength(1);
    const resumed = await stage.sluice(["resume", "local", service]);
    expect(["promoted", "rolledBack"], resumed.stderr).toContain(resumed.document["outcome"]);
    expect([...(await disagreements(stage)), ...(await orphans(stage)), ...locks()]).toEqual([]);
    const next = await stage.sluice(["rollout", "local", service, "1.3.0"]);
    expect([next.code, next.document["outcome"]], next.stderr).toEqual([0, "promoted"]);
  });
});
