import { afterAll, beforeAll, expect, it } from "vitest";
import { service, type Stage, startStage } from "./testing/stage.ts";
import { Users } from "./testing/users.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.83",
    port: 29_380,
    releases: {
      "1.0.0": null,
      "1.1.0": null,
      "1.2.0": null,
      "1.3.0": { FAULT_ERROR_RATE: "0.5", FAULT_AFTER_REQUESTS: "15" },
    },
    change: (settings) => {
      const mine = settings.services?.[service];
      if (mine) mine.hosts = ["host-a"];
    },
  });
  expect(await stage.sluice(["up", "local"])).toMatchObject({ code: 0 });
});
afterAll(() => stage?.stop());

/** Gives the service these hosts, and brings a release out on them. */
async function rollOutOn(hosts: readonly string[], version: string) {
  stage.write(({ services = {} }) => {
    const settings = services[service];
    if (settings) settings.hosts = [...hosts];
  });
  return stage.sluice(["rollout", "local", service, version]);
}

/** What the users of each host get: a version, or a status that says that nobody serves. */
function served(): Promise<readonly (string | number)[]> {
  return Promise.all(
    stage.gateways.map(async (gateway) => {
      const answer = await fetch(`${gateway}/api/version`);
      return answer.ok ? ((await answer.json()) as { version: string }).version : answer.status;
    }),
  );
}

it("a service begins on one host, joins another, and leaves the first", async () => {
  expect(await stage.sluice(["rollout", "local", service, "1.0.0"])).toMatchObject({ code: 0 });
  expect(await served()).toEqual(["1.0.0", 404]);

  const joined = await rollOutOn(["host-a", "host-b"], "1.0.0");
  expect(joined.code, joined.stderr).toBe(0);
  expect(joined.stderr).toContain("host-b joins: it serves nobody (503) until 1.0.0 is settled");
  expect(await served()).toEqual(["1.0.0", "1.0.0"]);
  expect(await stage.sluice(["status", "local", service])).toMatchObject({ code: 0 });

  const left = await rollOutOn(["host-b"], "1.1.0");
  expect(left.code, left.stderr).toBe(0);
  expect(left.stderr).toContain("host-a leaves: it serves nobody (503) once 1.1.0 is settled");
  expect(await served()).toEqual([503, "1.1.0"]);
  expect(await stage.sluice(["status", "local", service])).toMatchObject({ code: 0 });
  await stage.noChanges();
});

it("a way back takes the host that left along, while its slot is warm", async () => {
  const back = await stage.sluice(["rollback", "local", service]);
  expect(back.code, back.stderr).toBe(0);
  expect(await served()).toEqual(["1.0.0", "1.0.0"]);
  await stage.noChanges();
});

it("a bad release on a joining host leaves the others' users where they were", async () => {
  expect((await rollOutOn(["host-b"], "1.2.0")).code).toBe(0);
  const users = new Users({ gateways: stage.gateways, users: 2 });
  const bad = await rollOutOn(["host-a", "host-b"], "1.3.0").finally(() => users.stop());
  expect([bad.code, bad.document["outcome"]], bad.stderr).toEqual([1, "rolledBack"]);
  expect(await served()).toEqual([503, "1.2.0"]);
  await stage.noChanges();
});

it("nothing of the service is left on a host once no slot runs there", async () => {
  for (const times of ["once", "twice"]) {
    stage.write(({ services = {} }) => {
      const settings = services[service];
      if (!settings) return;
      settings.hosts = ["host-b"];
      settings.container = { ...settings.container, environment: { ...settings.container?.environment, TIMES: times } };
    });
    const again = await stage.sluice(["rollout", "local", service, "1.2.0"]);
    expect(again.code, again.stderr).toBe(0);
  }
  expect(await served()).toEqual([404, "1.2.0"]);
  const stack = await stage.world.shell(["stack", "-s", `local.${service.replace("/", ".")}`, "--show-urns"]);
  expect(stack).toContain("host-b-route");
  expect(stack).not.toContain("host-a");
  await stage.noChanges();
});
