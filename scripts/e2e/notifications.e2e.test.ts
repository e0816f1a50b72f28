import { afterAll, beforeAll, expect, it } from "vitest";
import { botToken, type Receivers, signingSecret, startReceivers } from "./testing/receivers.ts";
import { canaryBy, service, type Stage, startStage } from "./testing/stage.ts";
import { Users } from "./testing/users.ts";

const block = "127.0.80";
const secret = (env: string) => ({ secret: { env } });

let stage: Stage;
let receivers: Receivers;

beforeAll(async () => {
  receivers = await startReceivers(block);
  stage = await startStage({
    block,
    port: 29_220,
    releases: { "1.0.0": null, "1.1.0": {}, "1.2.0": { FAULT_ERROR_RATE: "0.5", FAULT_AFTER_REQUESTS: "40" } },
    change: (settings) => {
      canaryBy(settings, { canary: { steps: [{ percent: 50, minSeconds: 2, holdSeconds: 6, pause: true }] } });
      settings.notifications = {
        team: { kind: "slack", token: secret("E2E_SLACK"), channel: "C0123456789", url: `${receivers.url}/api/` },
        hook: { kind: "webhook", url: secret("E2E_HOOK"), signingSecret: secret("E2E_SIGNING") },
      };
    },
  });
  Object.assign(stage.env, {
    E2E_SLACK: botToken,
    E2E_HOOK: `${receivers.url}/hook`,
    E2E_HANG: `${receivers.url}/hang`,
    E2E_SIGNING: signingSecret,
  });
  await stage.bringUp("1.0.0");
});
afterAll(async () => {
  await stage?.stop();
  await receivers?.stop();
});

const head = (version: string) => `${service} ${version} in local: `;
const changes = (version: string) =>
  receivers.notices.filter((one) => one.change !== "test" && one.version === version).map(({ change }) => change);

/** What Slack has of a version, and that all of it is in the thread that its first message began. */
function thread(version: string): readonly string[] {
  const own = receivers.posted.filter(({ text }) => text.startsWith(head(version)));
  const [first, ...rest] = own;
  expect(first?.thread).toBeUndefined();
  expect(rest.map((one) => one.thread)).toEqual(rest.map(() => first?.ts));
  return own.map(({ text }) => text.slice(head(version).length));
}

it("a test goes through each notifier", async () => {
  const { code, document } = await stage.sluice(["notify", "test", "local"]);
  const sent = { sent: true, reason: null };
  expect({ code, document }).toEqual({
    code: 0,
    document: {
      notifiers: [
        { notifier: "team", kind: "slack", ...sent },
        { notifier: "hook", kind: "webhook", ...sent },
      ],
    },
  });
  expect(receivers.notices.at(-1)).toMatchObject({ change: "test", environment: "local", by: "e2e" });
});

it("a first release is told in a thread of its own", () => {
  expect(thread("1.0.0")).toEqual(["rollout started by e2e, canary", "promoted, it serves all users"]);
});

it("a rollout whose driver is killed goes on in its thread, by another process, and says nothing twice", async () => {
  const before = await stage.head();
  const first = stage.start(["rollout", "local", service, "1.1.0"]);
  const notified = await stage.event("notified", first, before);
  await stage.event("step", first, notified.sequence);
  first.signal("SIGKILL");
  await first.ended;
  const second = stage.start(["resume", "local", service, "--json"]);
  const steps = async () =>
    (await stage.entries()).slice(before).flatMap(({ event }) => (event.kind === "step" ? [event] : []));
  let after = before;
  while (!(await steps()).some(({ index }) => index === 1)) after = (await stage.event("step", second, after)).sequence;
  expect(await stage.sluice(["continue", "local", service])).toMatchObject({ code: 0 });
  expect(await second.ended).toMatchObject({ code: 0 });
  const told = thread("1.1.0");
  expect(new Set(told).size).toBe(told.length);
  expect(told.at(0)).toBe("rollout started by e2e, canary");
  expect(told).toContain("waits for a person, with 50 % of the clients");
  expect(told.at(-1)).toBe("promoted, it serves all users");
  const paused = receivers.notices.find(({ change }) => change === "paused");
  expect(paused?.next).toEqual([`Go on: sluice continue local ${service}`, `Go back: sluice abort local ${service}`]);
});

it("a bad release is told, and a notifier that hangs holds nothing up but the command's end", async () => {
  stage.write((settings) => {
    Object.assign(settings.notifications ?? {}, {
      gone: { kind: "webhook", url: secret("E2E_HANG"), signingSecret: secret("E2E_SIGNING") },
    });
  });
  const before = await stage.head();
  const users = new Users({ gateways: stage.gateways, users: 4 });
  const { code, stderr } = await stage.sluice(["rollout", "local", service, "1.2.0"]);
  await users.stop();
  expect({ code, stderr }).toMatchObject({ code: 1 });
  expect(thread("1.2.0").at(-1)).toBe("rolled back, 1.1.0 serves all users");
  const rolledBack = receivers.notices.findLast(({ change }) => change === "rolledBack");
  expect(rolledBack).toMatchObject({
    by: "e2e",
    strategy: "canary",
    incident: { action: "open", key: `sluice/local/${service}/rollback` },
  });
  const entries = (await stage.entries()).slice(before);
  const left = entries.flatMap(({ event }) => (event.kind === "unnotified" ? [event] : []));
  expect(new Set(left.map(({ notifier }) => notifier))).toEqual(new Set(["gone"]));
  expect(left.map(({ about }) => about)).toEqual(changes("1.2.0"));
  expect(stderr).toContain('gone could not be told of "rolledBack"');
  expect(stderr + JSON.stringify(entries)).not.toContain("/hang");
});

it("what notifiers say leaves ledger and stack as they must be, and nothing came that shouldn't", async () => {
  expect(await stage.sluice(["ledger", "verify", "local"])).toMatchObject({ code: 0 });
  await stage.noChanges();
  expect(receivers.wrong).toEqual([]);
});
