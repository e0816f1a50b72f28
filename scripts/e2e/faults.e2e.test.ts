import { existsSync, globSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { WrittenSettings } from "../../stacks/testing/settings.ts";
import { disagreements, orphans } from "../chaos/settled.ts";
import type { LocalHost } from "../local/hosts.ts";
import { type LocalPostgres, startPostgres } from "../local/postgres.ts";
import { DockerDaemon } from "./testing/docker-daemon.ts";
import { type Line, lineTo, Sshd } from "./testing/outage.ts";
import { mountReadOnly } from "./testing/read-only.ts";
import type { Running } from "./testing/sluice.ts";
import { sample, service, type Stage, startStage } from "./testing/stage.ts";
import { failures, Users, versions } from "./testing/users.ts";

const other = "org2/web";
/** A lease of the stage's settings at its longest, and what a busy machine needs. */
const lease = 6_000 + 1_500;
const good = [0, 6, 7, 8, 9].map((minor) => `1.${minor}.0`);
const bad = { FAULT_ERROR_RATE: "1", FAULT_AFTER_REQUESTS: "30" };

let stage: Stage;
let users: Users;
let postgres: LocalPostgres;
let line: Line;
let sshd: Sshd;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ address: "127.0.99.9", port: 29_931 });
  ends.push(() => postgres.stop());
  line = await lineTo(postgres, "127.0.99.9");
  ends.push(() => line.close());
  stage = await startStage({
    block: "127.0.99",
    port: 29_920,
    releases: {
      ...Object.fromEntries(good.map((version) => [version, null])),
      ...{ "1.1.0": bad, "1.2.0": bad, "1.2.1": {}, "1.2.2": {}, "1.3.0": {}, "1.4.0": {}, "1.5.0": {} },
    },
    change: onPostgres,
  });
  ends.push(() => stage.stop());
  sshd = new Sshd(hostB());
  const url = postgres.url.replace(`:${postgres.port}/`, `:${line.port}/`);
  writeFileSync(join(stage.world.folder, "ledger-url"), url, { mode: 0o600 });
  expect((await stage.sluice(["ledger", "init", "local"])).code).toBe(0);
  expect((await stage.sluice(["up", "local"])).code).toBe(0);
  expect((await stage.sluice(["rollout", "local", service, "1.0.0"])).code).toBe(0);
  users = new Users({ gateways: stage.gateways, users: 2 });
  ends.push(() => users.stop());
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});
beforeEach(() => void users.take());

/** A team's ledger, and a second service on a site of its own. */
function onPostgres(settings: WrittenSettings): void {
  const { sites, services } = settings;
  const web = services?.[service];
  if (settings.ledger.kind !== "sqlite" || !sites || !services || !web) return;
  const file = join(settings.ledger.file, "..", "ledger-url");
  settings.ledger = { kind: "postgres", url: { secret: { file } } };
  const port = sites["default"]?.port ?? 0;
  sites["second"] = { address: "host", port: port + 6 };
  services[other] = { ...sample(web.image, port + 4), route: { site: "second" } };
}

/** Waits until a command has said something. */
function saying(running: Running, text: string): Promise<void> {
  return whileRuns(running, `it said "${text}"`, () => running.said().includes(text));
}

/** Waits until something is so while a command runs. */
async function whileRuns(running: Running, what: string, isSo: () => boolean): Promise<void> {
  let over = false;
  void running.ended.then(() => (over = true));
  while (!isSo()) {
    if (over) throw new Error(`it ended before ${what}:\n${running.said()}`);
    await sleep(20);
  }
}

/** Pulumi's. */
function locks(): readonly string[] {
  const entries = globSync("**/*", { cwd: join(stage.world.state, ".pulumi", "locks"), withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

function hostB(): LocalHost {
  const [, host] = stage.world.hosts;
  if (!host) throw new TypeError("no second host");
  return host;
}

async function serving(): Promise<readonly string[]> {
  const answers = await Promise.all(stage.gateways.map((gateway) => fetch(`${gateway}/api/version`)));
  return Promise.all(answers.map(async (answer) => ((await answer.json()) as { version: string }).version));
}

const rolledBack = { code: 1, document: { outcome: "rolledBack" } };

describe("the ledger is out of reach at the bad verdict", () => {
  it("the traffic comes back all the same, and what happened is in the ledger later, once", async () => {
    const head = await stage.head();
    const running = stage.start(["rollout", "local", service, "1.1.0", "--json"]);
    await stage.event("step", running, head);
    line.cut();
    await saying(running, "All traffic is on blue again");
    users.take();
    await sleep(1_000);
    const seen = users.take();
    expect([failures(seen), versions(seen)]).toEqual([{}, ["1.0.0"]]);
    const ran = await running.ended;
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.document["rollbackMilliseconds"] ?? 0).toBeLessThan(5_000);
    const spool = join(stage.env.XDG_STATE_HOME, "sluice", "spool");
    expect(existsSync(spool)).toBe(true);
    line.mend();
    for (let turn = 0; turn < 2; turn++) {
      expect(await stage.sluice(["resume", "local", service])).toMatchObject({ code: 0 });
    }
    const kinds = (await stage.entries()).slice(head).map(({ event }) => event.kind);
    expect(kinds.filter((kind) => kind === "rollingBack" || kind === "rolledBack")).toEqual([
      "rollingBack",
      "rolledBack",
    ]);
    expect(await stage.sluice(["ledger", "verify", "local"])).toMatchObject({ code: 0, document: { healthy: true } });
    await stage.noChanges();
  });
});

describe("an engine that hangs", () => {
  it("doesn't hold the way back up", async () => {
    const head = await stage.head();
    const pid = stage.world.hosts[0]?.pids["dockerd"] ?? 0;
    const running = stage.start(["rollout", "local", service, "1.2.0", "--json"]);
    await stage.event("step", running, head);
    process.kill(pid, "SIGSTOP");
    try {
      await saying(running, "All traffic is on blue again");
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect(await running.ended).toMatchObject(rolledBack);
    expect(await serving()).toEqual(["1.0.0", "1.0.0"]);
    await stage.noChanges();
  });

  it.each([
    [
      "for as long as the settings say",
      "1.2.1",
      /"up" of local.org1.web took longer than 30 s .* create\S* of (RemoteImage|Container) host-b-\w+; /,
    ],
    ["until a person stops the driver", "1.2.2", /^stopped by a person$/],
  ] as const)(
    "in the middle of an `up` is waited for %s: nothing stays locked, or is left",
    async (_how, version, reason) => {
      const byPerson = reason.test("stopped by a person");
      stage.write((settings) => void (settings.pulumi = byPerson ? {} : { upSeconds: 30 }));
      const daemon = new DockerDaemon(hostB());
      const running = stage.start(["rollout", "local", service, version, "--json"]);
      await whileRuns(running, "the update is under way", () => locks().length > 0);
      daemon.hang();
      try {
        const hungAt = Date.now();
        if (byPerson) running.signal("SIGINT");
        const ran = await running.ended;
        expect(ran).toMatchObject({ ...rolledBack, document: { reason: expect.stringMatching(reason) as string } });
        if (!byPerson) expect(ran.document["reason"]).toContain("the Docker engine of host-b hangs");
        expect(Date.now() - hungAt, ran.stderr).toBeLessThan(byPerson ? 30_000 : 70_000);
        expect(ran.stderr).toMatch(/The traffic is where it belongs, but .*the Docker engine of host-b hangs/);
        expect(locks()).toEqual([]);
        expect(await serving()).toEqual(["1.0.0", "1.0.0"]);
      } finally {
        daemon.wake();
        stage.write();
      }
      expect(await stage.sluice(["resume", "local", service])).toMatchObject({ code: 0 });
      expect([...(await disagreements(stage)), ...(await orphans(stage))]).toEqual([]);
      expect(failures(users.take())).toEqual({});
    },
  );
});

describe("a host that can't be reached", () => {
  it.each([
    ["filled", "1.3.0"],
    ["step", "1.4.0"],
  ] as const)('after "%s" brings no harm to any user, and the rollout goes back', async (kind, version) => {
    const head = await stage.head();
    const running = stage.start(["rollout", "local", service, version, "--json"]);
    await stage.event(kind, running, head);
    sshd.kill();
    try {
      await saying(running, "Going back");
      await sleep(lease);
      users.take();
      await sleep(1_000);
      const seen = users.take();
      expect([failures(seen), versions(seen)]).toEqual([{}, ["1.0.0"]]);
    } finally {
      await sshd.start();
    }
    expect(await running.ended).toMatchObject(rolledBack);
    expect(await stage.sluice(["resume", "local", service])).toMatchObject({ code: 0 });
    expect(await stage.sluice(["status", "local", service])).toMatchObject({
      code: 0,
      document: { services: [{ settled: "blue", agrees: true }] },
    });
    await stage.noChanges();
    expect(failures(users.take())).toEqual({});
  });
});

describe("Pulumi's state is out of reach", () => {
  const away = <Result>(task: () => Promise<Result>): Promise<Result> => {
    const { state } = stage.world;
    renameSync(state, `${state}.away`);
    writeFileSync(state, "not a folder: Pulumi would make a new one");
    return task().finally(() => {
      rmSync(state);
      renameSync(`${state}.away`, state);
    });
  };

  it("from the start: nothing is touched, and the release is not to blame", async () => {
    const before = await stage.snapshot();
    const ran = await away(() => stage.sluice(["rollout", "local", service, "1.5.0"]));
    expect(ran).toMatchObject({ code: 3, document: { error: { kind: "unknown" } } });
    expect(await stage.snapshot()).toEqual(before);
    expect(await serving()).toEqual(["1.0.0", "1.0.0"]);
  });

  it("and can't be written to from its start on: the rollout goes back, and users lose nothing", async () => {
    const head = await stage.head();
    const running = stage.start(["rollout", "local", service, "1.5.0", "--json"]);
    await stage.event("started", running, head);
    const writable = mountReadOnly(stage.world.state);
    try {
      const ran = await running.ended;
      expect(ran, ran.stderr).toMatchObject(rolledBack);
      expect(ran.document["reason"]).toMatch(/read-only file system/);
      expect(ran.stderr).toContain('Run "sluice resume"');
      expect(await serving()).toEqual(["1.0.0", "1.0.0"]);
    } finally {
      writable();
    }
    expect(await stage.sluice(["resume", "local", service])).toMatchObject({ code: 0 });
    expect([...(await disagreements(stage)), ...(await orphans(stage)), ...locks()]).toEqual([]);
    expect(failures(users.take())).toEqual({});
  });

  it("from the first step on: the release settles, and resume brings the stack up to date", async () => {
    const head = await stage.head();
    const running = stage.start(["rollout", "local", service, "1.6.0", "--json"]);
    await stage.event("step", running, head);
    const ran = await away(() => running.ended);
    expect(ran).toMatchObject({ code: 0, document: { outcome: "promoted" } });
    expect(ran.stderr).toContain('Run "sluice resume"');
    expect(await serving()).toEqual(["1.6.0", "1.6.0"]);
    expect(await stage.sluice(["resume", "local", service])).toMatchObject({ code: 0 });
    await stage.noChanges();
    expect(failures(users.take())).toEqual({});
  });
});

describe("two at once", () => {
  it("of one service: one of them is refused", async () => {
    const runs = ["1.7.0", "1.8.0"].map((version) => stage.sluice(["rollout", "local", service, version]));
    const ended = await Promise.all(runs);
    const done = ended.filter(({ code }) => code === 0);
    const not = ended.filter(({ code }) => code !== 0);
    expect([done.length, not.length]).toEqual([1, 1]);
    expect(["refused", "conflict"]).toContain((not[0]?.document["error"] as { kind: string }).kind);
    const started = (await stage.entries()).filter(({ event }) => event.kind === "started");
    expect(started.slice(-1)[0]?.event).toMatchObject({
      revision: { release: { version: (done[0]?.document["release"] as { version: string }).version } },
    });
    expect(failures(users.take())).toEqual({});
  });

  it("of two services on the same hosts: both are done", async () => {
    const runs = [
      stage.sluice(["rollout", "local", service, "1.9.0"]),
      stage.sluice(["rollout", "local", other, "1.9.0"]),
    ];
    expect((await Promise.all(runs)).map(({ code, document }) => [code, document["outcome"]])).toEqual([
      [0, "promoted"],
      [0, "promoted"],
    ]);
    expect(await serving()).toEqual(["1.9.0", "1.9.0"]);
    expect((await stage.sluice(["status", "local"])).code).toBe(0);
    expect(failures(users.take())).toEqual({});
  });
});
