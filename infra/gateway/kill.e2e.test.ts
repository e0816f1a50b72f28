import { readFileSync, rmSync } from "node:fs";
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

interface Turn {
  readonly call: HostCall;
  /** Slots of the bucket that is leased first and of the one that is leased last, once the call is done. */
  readonly targets: string;
  readonly after: () => Promise<void>;
}

interface Trial {
  readonly start: () => Promise<unknown>;
  /** Another call each time, which finds what the one before it has left. */
  readonly turn: (number: number) => Promise<Turn> | Turn;
}

async function onBlue(): Promise<void> {
  token += 1;
  await service.clear(token);
  await service.settle(token, "blue");
}

async function targets(): Promise<string> {
  const [first, last] = [await service.routing(service.first), await service.routing(service.last)];
  return `${first.target} ${last.target}`;
}

const state = () => host.run(calls.state(service.name));

const trials: Record<string, Trial> = {
  settle: {
    start: onBlue,
    turn: (number) => {
      const slot = number % 2 === 0 ? "green" : "blue";
      const mine = (token += 1);
      return {
        call: calls.settle(service.name, mine, slot),
        targets: `${slot} ${slot}`,
        after: async () => expect(await state()).toMatchObject({ settled: slot, token: mine }),
      };
    },
  },
  prepare: {
    start: onBlue,
    turn: (number) => {
      const claim = { token, rollout: `p${number}`, slot: "green" } as const;
      return {
        call: calls.prepare(service.name, claim, [1], service.order),
        targets: "blue blue",
        after: async () => {
          await service.lease(claim, 1);
          expect(await targets()).toBe("green blue");
          await service.clear(token, claim.rollout);
        },
      };
    },
  },
  lease: {
    start: async () => {
      await onBlue();
      await service.prepare({ token, rollout: "l", slot: "green" }, [1, 100]);
    },
    turn: (number) => {
      const weight = number % 2 === 0 ? 100 : 1;
      return {
        call: calls.lease(service.name, { token, rollout: "l", slot: "green" }, weight),
        targets: weight === 100 ? "green green" : "green blue",
        after: async () => expect(await state()).toMatchObject({ current: `rollouts/l/green-${weight}` }),
      };
    },
  },
  clear: {
    start: onBlue,
    turn: async (number) => {
      const claim = { token, rollout: `c${number}`, slot: "green" } as const;
      await service.prepare(claim, [1]);
      await service.lease(claim, 1);
      return {
        call: calls.clear(service.name, token, claim.rollout),
        targets: "blue blue",
        after: async () => expect(await state()).toMatchObject({ current: "", leaseTicks: 0, rollouts: [] }),
      };
    },
  },
  "service-init": {
    start: onBlue,
    turn: (number) => ({
      call: calls.serviceInit(service.name, { tickSeconds: 1, leaseTicks: 20 + (number % 2) }),
      targets: "blue blue",
      after: async () => expect(await state()).toMatchObject({ settled: "blue" }),
    }),
  },
  apply: {
    start: onBlue,
    turn: () => {
      // Another body size each time, so that there always is something to apply.
      const bodyMegabytes = (token += 1);
      return {
        call: calls.apply({ service: service.name }, routeFiles(host.root, { ...service.route, bodyMegabytes })),
        targets: "blue blue",
        after: async () => {
          const live = (file: string) => readFileSync(join(host.root, "sluice/conf/live", file), "utf8");
          expect(live("sites/main/org1.react-ui.conf")).toContain(`client_max_body_size ${bodyMegabytes}m;`);
          const { body } = await host.status("/generation");
          expect(live("generation.conf")).toContain(
            `default ${(JSON.parse(body) as { generation: number }).generation};`,
          );
        },
      };
    },
  },
};

/** Lines that a call comes past, in the order in which it does. */
async function reached(call: HostCall): Promise<readonly number[]> {
  const trace = join(host.root, "trace");
  rmSync(trace, { force: true });
  host.writeScript(withAfter(script, points, (line) => `echo ${line} >>${trace}`));
  try {
    await host.run(call);
  } finally {
    host.writeScript(script);
  }
  return [...new Set(readFileSync(trace, "utf8").trim().split("\n").map(Number))];
}

// One to four minutes each on a busy machine: every line is a killed call, an ordinary one and some requests.
describe.each(Object.entries(trials))("SIGKILL between any two lines of %s", (_name, trial) => {
  it("leaves the gateway answering from the old or the new state, and the next call ends in the new", async () => {
    await trial.start();
    const traced = await trial.turn(0);
    const lines = await reached(traced.call);
    await traced.after();
    expect(lines.length).toBeGreaterThan(30);
    let killed = 0;
    for (const [index, line] of lines.entries()) {
      const { call, targets: wanted, after } = await trial.turn(index + 1);
      const before = await targets();
      host.writeScript(withAfter(script, [line], () => "kill -9 $$"));
      const { code } = await host.try(call);
      host.writeScript(script);
      const where = `killed after line ${line + 1}: ${script.split("\n")[line]}`;
      // A turn need not come past every line that the first one did.
      expect([null, 0], where).toContain(code);
      if (code === null) killed++;
      expect([before, wanted], where).toContain(await targets());
      expect((await host.public("/x")).status, where).toBe(200);
      await host.run(call);
      expect(await targets(), where).toBe(wanted);
      await after();
    }
    expect(killed).toBeGreaterThan(lines.length * 0.85);
  }, 900_000);
});
