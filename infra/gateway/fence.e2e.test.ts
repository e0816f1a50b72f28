import { spawn } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HostCall } from "./host-call.ts";
import { serviceFolder } from "./paths.ts";
import { TestHost } from "./testing/host.ts";
import { pause, TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.1", 29340);
const service = new TestService(host, "org1/react-ui", 29350);
const { calls } = host;
const name = service.name;
let token = 100;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  await service.up();
});

afterAll(async () => {
  await host.stop();
  await service.down();
});

beforeEach(async () => {
  token += 10;
  await service.clear(token);
  await service.settle(token, "blue");
  await service.prepare(claim(), [10, 100]);
});

const claim = () => ({ token, rollout: `r${token}`, slot: "green" }) as const;

async function refusal(call: HostCall): Promise<string> {
  const { code, reply } = await host.try(call);
  expect([code, reply.kind]).toEqual([3, "refused"]);
  return String(reply.message);
}

describe("a call of a driver that was overtaken", () => {
  it("changes nothing once a higher token was seen", async () => {
    await service.lease({ ...claim(), token: token + 1 }, 100);
    const older = `token ${token} is older than ${token + 1}`;
    expect(await refusal(calls.lease(name, claim(), 10))).toContain(older);
    expect(await refusal(calls.clear(name, token, claim().rollout))).toContain(older);
    expect(await refusal(calls.prepare(name, claim(), [10], service.order))).toContain(older);
    expect(await refusal(calls.settle(name, token, "green"))).toContain(older);
    expect(await service.routing(service.last)).toMatchObject({ settled: "blue", target: "green" });
    await service.clear(token + 1);
  });

  it("is content with what already is: settling the settled slot, clearing what is cleared", async () => {
    await service.clear(token + 1);
    expect(await host.run(calls.settle(name, token, "blue"))).toMatchObject({ changed: false });
    expect(await host.run(calls.clear(name, token))).toMatchObject({ changed: false });
    expect(await host.run(calls.state(name))).toMatchObject({ token: token + 1, settled: "blue" });
  });
});

describe("a rollout that has ended on a host", () => {
  it("can't be renewed or prepared again, by whatever token", async () => {
    await service.lease(claim(), 10);
    await service.clear(token, claim().rollout);
    const later = { ...claim(), token: token + 5 };
    expect(await refusal(calls.lease(name, later, 10))).toContain(`rollout r${token} has ended on this host`);
    expect(await refusal(calls.prepare(name, later, [10], service.order))).toBe(
      `rollout r${token} has ended on this host`,
    );
    expect(await host.run(calls.state(name))).toMatchObject({ current: "", leaseTicks: 0 });
  });

  it("can't be prepared by a call that was still under way", async () => {
    await service.clear(token, "never-prepared");
    const late = { token, rollout: "never-prepared", slot: "green" } as const;
    expect(await refusal(calls.prepare(name, late, [10], service.order))).toContain("has ended on this host");
  });

  it("refuses another order of buckets on a resume, and takes more weights in the same", async () => {
    expect(await refusal(calls.prepare(name, claim(), [10], [...service.order].reverse()))).toContain(
      "another order of buckets",
    );
    await service.prepare(claim(), [10, 0.5]);
    await service.lease(claim(), 0.5);
    expect((await service.routing(service.first)).target).toBe("green");
  });
});

describe("a renewal in flight while a rollback runs", () => {
  it("never outlives it, in whichever order they get the lock", async () => {
    for (let round = 0; round < 6; round++) {
      const mine = { token, rollout: `race${token}-${round}`, slot: "green" } as const;
      await service.prepare(mine, [100]);
      await service.lease(mine, 100);
      const { released } = await holdLock(0.4);
      const racing = [0, 1, 2, 3].map(() => host.try(calls.lease(name, mine, 100)));
      void racing.splice(round % 4, 0, host.try(calls.clear(name, token, mine.rollout)));
      racing.push(host.try(calls.lease(name, mine, 100)));
      const codes = (await Promise.all(racing)).map(({ code }) => code);
      await released;
      expect(codes[round % 4]).toBe(0);
      expect(codes.every((code) => [0, 3, 4].includes(code ?? -1))).toBe(true);
      expect(await service.routing(service.first)).toMatchObject({ target: "blue", leased: false });
      expect(await host.run(calls.state(name))).toMatchObject({ current: "", leaseTicks: 0 });
    }
  });

  it("is overcome even when it hangs with the lock in its hand", async () => {
    await service.lease(claim(), 100);
    const { released } = await holdLock(4);
    const renewal = host.try(calls.lease(name, claim(), 100));
    expect(await host.run(calls.clear(name, token, claim().rollout))).toMatchObject({ changed: true, forced: true });
    expect(await service.routing(service.first)).toMatchObject({ target: "blue", leased: false });
    await released;
    expect((await renewal).code).not.toBe(0);
    expect(await refusal(calls.lease(name, claim(), 100))).toContain("has ended on this host");
    expect(await service.routing(service.first)).toMatchObject({ target: "blue", leased: false });
  });
});

/** Holds the service's lock for a time. */
async function holdLock(seconds: number): Promise<{ readonly released: Promise<unknown> }> {
  const holder = spawn("flock", [`${serviceFolder(host.root, name)}/lock`, "sleep", String(seconds)]);
  const released = new Promise((resolve) => holder.once("exit", resolve));
  await pause(100);
  return { released };
}
