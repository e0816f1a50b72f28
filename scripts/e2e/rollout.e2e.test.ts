import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { slowDownload, talk, wholeDownload } from "./testing/long-lived.ts";
import { service, type Stage, startStage } from "./testing/stage.ts";
import { failures, Users, versions } from "./testing/users.ts";

let stage: Stage;
let users: Users;

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.99",
    port: 29_900,
    releases: {
      "1.0.0": null,
      "1.0.5": null,
      "1.1.0": null,
      "1.2.0": {},
      "1.3.0": { FAULT_ERROR_RATE: "0.5", FAULT_AFTER_REQUESTS: "40" },
      "1.4.0": {},
    },
  });
  const up = await stage.sluice(["up", "local"]);
  expect(up).toMatchObject({ code: 0, document: { stacks: [{ stack: "local" }, { stack: "local.org1.web" }] } });
});
afterAll(async () => {
  await users?.stop();
  await stage?.stop();
});

/** What one user of each gateway is answered by. */
async function serving(): Promise<readonly string[]> {
  const answers = await Promise.all(stage.gateways.map((gateway) => fetch(`${gateway}/api/version`)));
  return Promise.all(
    answers.map(async (answer) =>
      answer.ok ? ((await answer.json()) as { version: string }).version : String(answer.status),
    ),
  );
}

const refused = (message: RegExp) => ({
  code: 1,
  document: { error: { kind: "refused", message: expect.stringMatching(message) as string } },
});

describe("a first release", () => {
  it("is shown with its gates and steps by --dry-run, which touches nothing", async () => {
    const before = await stage.snapshot();
    const ran = await stage.sluice(["rollout", "local", service, "1.0.0", "--dry-run"]);
    expect(ran).toMatchObject({
      code: 0,
      document: {
        dryRun: true,
        decision: "go",
        candidate: "blue",
        settled: null,
        plan: { steps: [] },
        revision: { release: { version: "1.0.0", image: stage.images["1.0.0"] } },
        gates: [
          { gate: "quarantine", allowed: true },
          { gate: "order", allowed: true },
        ],
      },
    });
    expect(await stage.snapshot()).toEqual(before);
    expect(await serving()).toEqual(["503", "503"]);
  });

  it("settles once it is verified, and leaves its summary on the CI's page", async () => {
    const page = join(stage.world.folder, "step-summary.md");
    const ran = await stage.sluice(["rollout", "local", service, "1.0.0"], { GITHUB_STEP_SUMMARY: page });
    expect(ran).toMatchObject({
      code: 0,
      document: { outcome: "promoted", reason: null, slot: "blue", release: { version: "1.0.0" } },
    });
    expect(readFileSync(page, "utf8")).toBe(`${String(ran.document["summary"])}\n`);
    for (const said of ["org1/web 1.0.0", "local", "rollout by e2e", "| host-b | smoke /api/users/me | healthy |"]) {
      expect(readFileSync(page, "utf8")).toContain(said);
    }
    expect(readFileSync(page, "utf8")).toContain(`\`sluice rollback local ${service}\``);
    expect(await serving()).toEqual(["1.0.0", "1.0.0"]);
  });
});

describe("under traffic", () => {
  beforeAll(() => {
    users = new Users({ gateways: stage.gateways });
  });

  it("a good release takes over without one failed request, open downloads and WebSockets included", async () => {
    const talks = await Promise.all(stage.gateways.map(talk));
    const head = await stage.head();
    const running = stage.start(["rollout", "local", service, "1.1.0"]);
    await stage.event("prepared", running, head);
    const downloads = stage.gateways.map((gateway) => slowDownload(gateway, 10));
    await stage.event("promoted", running, head);
    const ran = await running.ended;
    expect([ran.code, ran.stdout]).toEqual([0, `${service} 1.1.0 in local: promoted\n`]);
    expect(await Promise.all(downloads)).toEqual([wholeDownload, wholeDownload]);
    for (const one of talks) {
      const { said, heard, cut } = await one.end();
      expect({ heard, cut, spoken: said > 50 }).toEqual({ heard: said, cut: false, spoken: true });
    }
    const seen = users.take();
    expect(failures(seen)).toEqual({});
    expect(versions(seen)).toEqual(["1.0.0", "1.1.0"]);
    expect(await serving()).toEqual(["1.1.0", "1.1.0"]);
  });

  it("a preview shows no changes then: from another checkout, with another setting edited, a day later", async () => {
    await stage.noChanges({ workDir: stage.world.checkout() });
    stage.write((settings) => (settings.versions = { patchLimit: 5 }));
    await stage.noChanges();
    stage.write();
    await stage.noChanges({
      env: { NODE_OPTIONS: `--import=${join(import.meta.dirname, "testing", "day-later.mjs")}` },
    });
  });

  it("a release that fails its private checks never sees a user", async () => {
    users.take();
    stage.write(({ services = {} }) => {
      Object.assign(services[service]?.container?.environment ?? {}, { FAULT_READINESS: "fail" });
    });
    const ran = await stage.sluice(["rollout", "local", service, "1.2.0"]);
    stage.write();
    expect(ran).toMatchObject({
      code: 1,
      document: { outcome: "rolledBack", reason: expect.stringContaining("readiness") as string },
    });
    const seen = users.take();
    expect([failures(seen), versions(seen)]).toEqual([{}, ["1.1.0"]]);
    expect(Object.keys(await stage.world.containers(0)).sort()).toEqual([
      "sluice.local.host-a.gateway",
      "sluice.local.host-a.org1.web.green",
    ]);
    await stage.noChanges();
  });

  it("its digest is refused from then on, until a person lifts the quarantine", async () => {
    const before = await stage.world.containers(0);
    const digest = stage.images["1.2.0"]?.split("@")[1] ?? "";
    expect(await stage.sluice(["rollout", "local", service, "1.2.0"])).toMatchObject(refused(/quarantine/));
    expect(await stage.world.containers(0)).toEqual(before);
    expect((await stage.sluice(["quarantine", "list", "local", service])).document).toMatchObject({
      quarantine: [{ digest }],
    });
    const lift = ["quarantine", "lift", "local", service, digest, "--reason", "it was the database"];
    expect(await stage.sluice(lift)).toMatchObject({ code: 0, document: { lifted: digest } });
    expect(await stage.sluice(lift)).toMatchObject(refused(/not in quarantine/));
    expect(await stage.sluice(["rollout", "local", service, "1.2.0"])).toMatchObject({
      code: 0,
      document: { outcome: "promoted", slot: "blue" },
    });
    const seen = users.take();
    expect([failures(seen), versions(seen)]).toEqual([{}, ["1.1.0", "1.2.0"]]);
  });

  it("a release that fails under its users comes back by itself", async () => {
    const ran = await stage.sluice(["rollout", "local", service, "1.3.0"]);
    const during = users.take();
    expect(ran).toMatchObject({
      code: 1,
      document: {
        outcome: "rolledBack",
        reason: expect.stringMatching(/requests failed|status 500/) as string,
        slot: "green",
      },
    });
    expect(ran.document["rollbackMilliseconds"]).toBeLessThan(5_000);
    expect(versions(during)).toEqual(["1.2.0", "1.3.0"]);
    expect(Object.keys(failures(during)).sort()).toEqual(["GET answers 500", "POST answers 500"]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const after = users.take();
    expect([failures(after), versions(after)]).toEqual([{}, ["1.2.0"]]);
    await stage.noChanges({ workDir: stage.world.checkout() });
  });

  it("an older release is refused, unless it is a rollback", async () => {
    const before = await stage.world.containers(0);
    expect(await stage.sluice(["rollout", "local", service, "1.0.5"])).toMatchObject(refused(/older/));
    expect(await stage.sluice(["rollback", "local", service, "1.0.5"])).toMatchObject(refused(/never served/));
    expect(await stage.world.containers(0)).toEqual(before);
  });

  it("rolls back to the slot that is still warm with Pulumi gone and its state out of reach", async () => {
    expect((await stage.sluice(["rollout", "local", service, "1.4.0"])).code).toBe(0);
    users.take();
    const dry = await stage.sluice(["rollback", "local", service, "--dry-run"]);
    expect(dry).toMatchObject({ code: 0, document: { way: "warm", release: { version: "1.2.0" } } });
    const { state } = stage.world;
    renameSync(state, `${state}.away`);
    const gone = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", SLUICE_TOOLCHAIN: "path" };
    const ran = await stage.sluice(["rollback", "local", service, "--reason", "checkout is broken"], gone);
    renameSync(`${state}.away`, state);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain("there is no pulumi on PATH");
    expect(await serving()).toEqual(["1.2.0", "1.2.0"]);
    const seen = users.take();
    expect([failures(seen), versions(seen)]).toEqual([{}, ["1.2.0", "1.4.0"]]);
    const [last] = (await stage.entries()).slice(-1);
    expect(last?.event).toMatchObject({ kind: "reverted", slot: "blue", reason: "checkout is broken" });
    expect(await stage.sluice(["resume", "local", service])).toMatchObject({
      code: 0,
      document: { outcome: "nothingToDo" },
    });
    await stage.noChanges();
    await stage.noChanges({ workDir: stage.world.checkout() });
    expect(failures(users.take())).toEqual({});
  });

  it("rolls back to an earlier release by its version, and not to one that was rolled back itself", async () => {
    expect(await stage.sluice(["rollback", "local", service, "1.4.0"])).toMatchObject(refused(/quarantine/));
    const dry = await stage.sluice(["rollback", "local", service, "1.0.0", "--dry-run"]);
    expect(dry).toMatchObject({ code: 0, document: { way: "cold", release: { version: "1.0.0" } } });
    const ran = await stage.sluice(["rollback", "local", service, "1.0.0"]);
    expect(ran).toMatchObject({ code: 0, document: { outcome: "promoted", slot: "green" } });
    const seen = users.take();
    expect([failures(seen), versions(seen)]).toEqual([{}, ["1.0.0", "1.2.0"]]);
    expect(await serving()).toEqual(["1.0.0", "1.0.0"]);
  });

  it("retires the slot that isn't settled", async () => {
    const ran = await stage.sluice(["retire", "local", service]);
    expect(ran).toMatchObject({ code: 0, document: { reason: "blue is empty; 1.2.0 is gone from every host" } });
    expect(Object.keys(await stage.world.containers(1)).sort()).toEqual([
      "sluice.local.host-b.gateway",
      "sluice.local.host-b.org1.web.green",
    ]);
    await stage.noChanges();
    const seen = users.take();
    expect([failures(seen), versions(seen)]).toEqual([{}, ["1.0.0"]]);
  });
});

describe("what the commands say", () => {
  it("history tells what came of every release", async () => {
    const { code, document } = await stage.sluice(["history", "local", service]);
    const rollouts = document["rollouts"] as readonly {
      release: { version: string };
      outcome: string;
      purpose: string;
    }[];
    expect(code).toBe(0);
    expect(rollouts.map(({ release, outcome, purpose }) => [release.version, outcome, purpose])).toEqual([
      ["1.0.0", "promoted", "rollout"],
      ["1.1.0", "promoted", "rollout"],
      ["1.2.0", "rolledBack", "rollout"],
      ["1.2.0", "refused", "rollout"],
      ["1.2.0", "promoted", "rollout"],
      ["1.3.0", "rolledBack", "rollout"],
      ["1.0.5", "refused", "rollout"],
      ["1.4.0", "reverted", "rollout"],
      ["1.0.0", "promoted", "rollback"],
    ]);
  });

  it("status is one JSON document on stdout, and agrees with the gateways", async () => {
    const { code, stdout } = await stage.sluice(["status", "local"]);
    expect(code).toBe(0);
    const [status] = (JSON.parse(stdout) as { services: readonly unknown[] }).services;
    const host = { reached: true, settled: "green", target: "green", leaseTicks: 0 };
    expect(status).toMatchObject({
      service,
      settled: "green",
      slots: { blue: null, green: { version: "1.0.0" } },
      rollout: null,
      hosts: [
        { host: "host-a", ...host },
        { host: "host-b", ...host },
      ],
      agrees: true,
      differences: [],
    });
  });

  it("the ledger is whole", async () => {
    expect(await stage.sluice(["ledger", "verify", "local"])).toMatchObject({ code: 0, document: { healthy: true } });
  });
});
