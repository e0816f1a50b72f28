import { copyFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initLedger } from "../infra/adapters/ledger/index.ts";
import { InputError, LedgerError, UnknownError } from "../infra/model/errors.ts";
import { shellSettings } from "./testing/settings.ts";
import { type Place, startWorld, type World } from "./testing/world.ts";

const service = "local.org1.web";

let world: World;
beforeAll(async () => {
  world = await startWorld({ block: "127.0.96", port: 29600 });
});
afterAll(async () => {
  await world.stop();
});

/** A preview from a shell that fails when anything would change. */
async function expectNoChanges(place: Place = {}, ...flags: string[]): Promise<void> {
  await world.shell(["preview", "-s", service, "--expect-no-changes", ...flags], place);
}

describe("stacks on a real engine, real Docker and real nginx", () => {
  it("brings an environment up from a shell, and the driver's program finds nothing to change", async () => {
    await world.shell(["stack", "init", "local"]);
    await world.shell(["up", "-s", "local", "--yes", "--skip-preview"]);
    expect(await world.engine().changes("local")).toEqual({ summary: { same: 17 }, resources: [] });
    expect(Object.keys(await world.containers(0))).toEqual(["sluice.local.host-a.gateway"]);
  });

  it("brings a service up from the driver; the gateways answer 503 until a first release", async () => {
    expect(await world.engine().up(service)).toEqual({ create: 11 });
    expect([await world.get(0), await world.get(1)]).toEqual(["503", "503"]);
    await expectNoChanges();
  });

  it("fills a slot, and sends users there once it is settled", async () => {
    await world.fill("blue", "1.0.0");
    expect(await world.engine().up(service)).toEqual({ create: 6, same: 11 });
    expect([await world.get(0), await world.get(1)]).toEqual(["503", "503"]);
    await world.append({ kind: "promoted", rollout: "1.0.0", slot: "blue" });
    await world.shell(["up", "-s", service, "--yes", "--skip-preview"]);
    expect([await world.get(0), await world.get(1)]).toEqual(["blue 1.0.0 hunter2", "blue 1.0.0 hunter2"]);
    expect(await world.engine().outputs(service)).toMatchObject({
      ledger: { head: { sequence: 2 } },
      slots: { blue: { version: "1.0.0", filledBy: 1 }, green: null },
      settled: "blue",
    });
  });

  it("shows no changes from another checkout, with other secrets, with other settings, and after a refresh", async () => {
    await expectNoChanges({ workDir: world.checkout() });
    await expectNoChanges({ env: { E2E_PASSWORD: "rotated" } });
    world.write(({ services = {}, ...settings }) => {
      settings.versions = { patchLimit: 5 };
      const web = services["org1/web"];
      if (web)
        Object.assign(web, { container: { memoryMegabytes: 48 }, ports: { blue: 29_690, green: web.ports.green } });
    });
    await expectNoChanges();
    await expectNoChanges({}, "--refresh");
    world.write();
  });

  it("reads a secret anew when a rollout fills the slot anew", async () => {
    const before = await world.containers(0);
    await world.fill("blue", "1.0.0");
    const place = { env: { E2E_PASSWORD: "rotated" } };
    const { resources } = await world.engine(place).changes(service);
    expect(resources.map(({ name, operation, properties }) => ({ name, operation, properties }))).toEqual(
      ["host-a-blue", "host-b-blue"].map((name) => ({ name, operation: "replace", properties: ["envs"] })),
    );
    await world.engine(place).up(service);
    expect(await world.get(1)).toBe("blue 1.0.0 rotated");
    expect(await world.containers(0)).not.toEqual(before);
    await expectNoChanges();
  });

  it("keeps a host's route when its shell changes from local to SSH", async () => {
    world.write((settings) => {
      const [a, b] = [settings.hosts["host-a"], world.hosts[1]];
      if (a && b) a.shell = shellSettings(b);
    });
    const { resources } = await world.engine().changes(service);
    expect(resources.map(({ operation, type }) => [operation, type])).toEqual([
      ["update", "command:remote:Command"],
      ["update", "command:remote:Command"],
    ]);
    await world.engine().up(service);
    expect(await world.get(0)).toBe("blue 1.0.0 rotated");
    await expectNoChanges();
    world.write();
    await world.engine().up(service);
    await expectNoChanges();
  });

  it("keeps the old configuration serving when nginx refuses a new one, and gives nginx's own words", async () => {
    const before = await world.containers(0);
    world.write(({ hosts }) => {
      for (const { gateway } of Object.values(hosts)) if (gateway) gateway.user = "nosuchuser";
    });
    const failure = await world
      .engine()
      .up("local")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnknownError);
    expect(String(failure)).toMatch(/nginx refuses the configuration: .*getpwnam.*nosuchuser/);
    expect(String(failure)).not.toContain("set -eu");
    expect([await world.get(0), await world.containers(0)]).toEqual(["blue 1.0.0 rotated", before]);
    world.write();
    await world.engine().up("local");
    expect(await world.containers(0)).toEqual(before);
  });

  it("refuses settings without a host where a slot runs, and stacks that the settings don't have", async () => {
    world.write((settings) => {
      delete settings.hosts["host-b"];
    });
    const failure = await world
      .engine()
      .changes(service)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(failure).toMatchObject({ issues: [{ key: "hosts.host-b" }] });
    world.write();
    await expect(world.engine().changes("local.org1.other")).rejects.toThrow("local, local.org1.web");
  });

  it.each(["missing", "foreign", "older"])("declares nothing from a %s ledger", async (kind) => {
    const kept = join(world.folder, "kept.db");
    const before = [await world.containers(0), await world.containers(1)];
    if (kind === "older") {
      copyFileSync(world.ledgerFile, kept);
      await world.fill("green", "1.1.0");
      await world.engine().up(service);
      before.splice(0, 2, await world.containers(0), await world.containers(1));
      rmSync(world.ledgerFile);
      renameSync(kept, world.ledgerFile);
    } else {
      renameSync(world.ledgerFile, kept);
      if (kind === "foreign") await makeLedger();
    }
    const failure = await world
      .engine()
      .up(service)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LedgerError);
    await expect(world.shell(["up", "-s", service, "--yes", "--skip-preview"])).rejects.toThrow(
      { missing: "sluice ledger init", foreign: "declared from ledger", older: "older copy" }[kind] ?? "",
    );
    expect([await world.containers(0), await world.containers(1)]).toEqual(before);
    if (kind !== "older") renameSync(kept, world.ledgerFile);
  });

  it("takes all of it away again", async () => {
    // The ledger was left behind the stack, which a destroy doesn't ask.
    await world.engine().destroy(service);
    expect([await world.get(0), await world.get(1)]).toEqual(["404", "404"]);
    await world.engine().destroy("local");
    expect([await world.containers(0), await world.containers(1)]).toEqual([{}, {}]);
  });
});

async function makeLedger(): Promise<void> {
  const noSecret = () => Promise.reject(new Error("a file needs no secret"));
  await initLedger({ kind: "sqlite", file: world.ledgerFile }, new Date().toISOString(), noSecret);
}
