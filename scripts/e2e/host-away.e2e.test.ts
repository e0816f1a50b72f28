import { afterAll, beforeAll, expect, it } from "vitest";
import { Sshd } from "./testing/outage.ts";
import { service, type Stage, startStage } from "./testing/stage.ts";

let stage: Stage;
let sshd: Sshd;

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.87",
    port: 29_520,
    releases: { "1.0.0": null, "1.1.0": null, "1.2.0": null },
  });
  const [, hostB] = stage.world.hosts;
  if (!hostB) throw new TypeError("no second host");
  sshd = new Sshd(hostB);
  expect((await stage.sluice(["up", "local"])).code).toBe(0);
  for (const version of ["1.0.0", "1.1.0"]) {
    expect((await stage.sluice(["rollout", "local", service, version])).code).toBe(0);
  }
});
afterAll(() => stage.stop());

async function serving(): Promise<readonly string[]> {
  const answers = await Promise.all(stage.gateways.map((gateway) => fetch(`${gateway}/api/version`)));
  return Promise.all(answers.map(async (answer) => ((await answer.json()) as { version: string }).version));
}

it("a person's rollback brings the host that answers back at once, and `up` finishes it when the other one answers again", async () => {
  sshd.kill();
  const ran = await stage.sluice(["rollback", "local", service, "--reason", "checkout is broken"]);
  expect([ran.code, ran.document["error"]]).toEqual([
    3,
    expect.objectContaining({
      kind: "unknown",
      message: expect.stringMatching(
        /^all traffic of host-a is on blue \(1\.0\.0\), seen on the gateway; host-b can't be asked and may still serve green \(1\.1\.0\)/,
      ) as string,
    }),
  ]);
  expect(await serving()).toEqual(["1.0.0", "1.1.0"]);
  expect(await stage.sluice(["rollout", "local", service, "1.2.0"])).toMatchObject({ code: 1 });
  expect(await stage.sluice(["resume", "local", service])).toMatchObject({ code: 3 });
  await sshd.start();
  expect(await stage.sluice(["up", "local", service])).toMatchObject({ code: 0 });
  expect(await serving()).toEqual(["1.0.0", "1.0.0"]);
  expect((await stage.entries()).at(-1)?.event).toMatchObject({ kind: "reverted", reason: "checkout is broken" });
  expect(await stage.sluice(["status", "local", service])).toMatchObject({ code: 0 });
  await stage.noChanges();
});
