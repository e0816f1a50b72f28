import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostCall } from "./host-call.ts";
import { routeFiles } from "./render/index.ts";
import { scriptText, TestHost } from "./testing/host.ts";
import { killPoints, withAfter } from "./testing/kill-points.ts";
import { TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.2", 29300);
const service = new TestService(host, "org1/react-ui", 29310);
const { calls } = host;
const script = scriptText();
let points: readonly number[] = [];
let token = 0;

beforeAll(async () => {
  points = killPoints(script);
  await host.applyBase();
  await host.start();
  await service.up();
});

afterAll(async () => {
  await host.stop();
  await service.down();
});

interface Trial {
  /** Puts everything back to the state before the call. */
  readonly before: () => Promise<unknown>;
  readonly call: () => HostCall;
  /** Targets of the first and the last bucket: before, and after. */
  readonly targets: readonly [string, string];
  readonly after: () => Promise<void>;
}

const claim = () => ({ token, rollout: `r${token}`, slot: "green" }) as const;

async function settled(): Promise<void> {
  token += 1;
  await service.clear(token);
  await service.settle(token, "blue");
}

async function targets(): Promise<string> {
  const [first, last] = [await service.routing(service.first), await service.routing(service.last)];
  return `${first.target} ${last.target}`;
}

const trials: Record<string, Trial> = {
  settle: {
    before: settled,
    call: () => calls.settle(service.name, token, "green"),
    targets: ["blue blue", "green green"],
    after: async () => expect(await host.run(calls.state(service.name))).toMatchObject({ settled: "green", token }),
  },
  prepare: {
    before: settled,
    call: () => calls.prepare(service.name, claim(), [1], service.order),
    targets: ["blue blue", "blue blue"],
    after: async () => {
      await service.lease(claim(), 1);
      expect(await targets()).toBe("green blue");
    },
  },
  lease: {
    before: async () => {
      await settled();
      await service.prepare(claim(), [1, 2]);
      await service.lease(claim(), 1);
    },
    call: () => calls.lease(service.name, claim(), 2),
    targets: ["green blue", "green blue"],
    after: async () =>
      expect(await host.run(calls.state(service.name))).toMatchObject({ current: `rollouts/r${token}/green-2` }),
  },
  clear: {
    before: async () => {
      await settled();
      await service.prepare(claim(), [1]);
      await service.lease(claim(), 1);
    },
    call: () => calls.clear(service.name, token, `r${token}`),
    targets: ["green blue", "blue blue"],
    after: async () =>
      expect(await host.run(calls.state(service.name))).toMatchObject({ current: "", leaseTicks: 0, rollouts: [] }),
  },
  "service-init": {
    before: settled,
    call: () => calls.serviceInit(service.name, { tickSeconds: 1, leaseTicks: (token % 2) + 20 }),
    targets: ["blue blue", "blue blue"],
    after: async () => expect(await host.run(calls.state(service.name))).toMatchObject({ settled: "blue" }),
  },
  apply: {
    before: settled,
    // Another body size each time, so that there always is something to apply.
    call: () =>
      calls.apply({ service: service.name }, routeFiles(host.root, { ...service.route, bodyMegabytes: token })),
    targets: ["blue blue", "blue blue"],
    after: async () => {
      const live = join(host.root, "sluice/conf/live/sites/main/org1.react-ui.conf");
      expect(readFileSync(live, "utf8")).toContain(`client_max_body_size ${token}m;`);
      const { body } = await host.status("/generation");
      const generation = readFileSync(join(host.root, "sluice/conf/live/generation.conf"), "utf8");
      expect(generation).toContain(`default ${(JSON.parse(body) as { generation: number }).generation};`);
    },
  },
};

/** Lines that a call comes past, in the order in which it does. */
async function reached({ before, call }: Trial): Promise<readonly number[]> {
  await before();
  const trace = join(host.root, "trace");
  rmSync(trace, { force: true });
  host.writeScript(withAfter(script, points, (line) => `echo ${line} >>${trace}`));
  try {
    await host.run(call());
  } finally {
    host.writeScript(script);
  }
  if (!existsSync(trace)) throw new Error("the call left no trace");
  return [...new Set(readFileSync(trace, "utf8").trim().split("\n").map(Number))];
}

describe.each(Object.entries(trials))("SIGKILL between any two lines of %s", (_name, trial) => {
  it("leaves the gateway answering from the old or the new state, and the next call ends in the new", async () => {
    const lines = await reached(trial);
    expect(lines.length).toBeGreaterThan(20);
    let killed = 0;
    for (const line of lines) {
      await trial.before();
      host.writeScript(withAfter(script, [line], () => "kill -9 $$"));
      const { code } = await host.try(trial.call());
      host.writeScript(script);
      if (code === null || code === 137) killed++;
      expect(trial.targets, `killed after line ${line}: ${script.split("\n")[line]}`).toContain(await targets());
      expect((await host.public("/x")).status).toBe(200);
      await host.run(trial.call());
      expect(await targets()).toBe(trial.targets[1]);
      await trial.after();
    }
    expect(killed).toBe(lines.length);
  });
});
