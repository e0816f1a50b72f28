import { copyFileSync, renameSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "./testing/snapshot.ts";
import { service, type Stage, startStage } from "./testing/stage.ts";

let stage: Stage;
let before: Snapshot;

beforeAll(async () => {
  stage = await startStage({ block: "127.0.99", port: 29_980, releases: { "1.0.0": null, "1.1.0": null } });
  expect((await stage.sluice(["up", "local"])).code).toBe(0);
  copyFileSync(stage.world.ledgerFile, `${stage.world.ledgerFile}.early`);
  expect((await stage.sluice(["rollout", "local", service, "1.0.0"])).code).toBe(0);
  before = await stage.snapshot();
});
afterAll(async () => {
  await stage?.stop();
});

interface Problem {
  readonly error: { readonly kind: string; readonly message: string; readonly issues?: readonly { key: string }[] };
}

/** Runs it, sees that it touched nothing, and gives how it ended. */
async function problem(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, document, stderr } = await stage.sluice(args, env);
  const { error } = document as unknown as Problem;
  stage.write();
  expect(await stage.snapshot()).toEqual(before);
  expect(stderr).not.toContain("This is a bug");
  return { code, kind: error?.kind, keys: error?.issues?.map(({ key }) => key), message: error?.message };
}

describe("what can't be meant", () => {
  it("every problem of the settings is named by its key at once", async () => {
    stage.write((settings) => {
      const web = settings.services?.[service];
      if (web) Object.assign(web, { ports: { blue: 0, green: 29_990 }, healt: {}, image: "Not An Image" });
      Object.assign(settings, { ledger: { kind: "sqlite", file: "not/absolute" } });
    });
    const found = await problem(["rollout", "local", service, "1.1.0"]);
    expect([found.code, found.kind]).toEqual([2, "wrongInput"]);
    expect([...(found.keys ?? [])].sort()).toEqual([
      "ledger.file",
      `services.${service}.healt`,
      `services.${service}.image`,
      `services.${service}.ports.blue`,
    ]);
  });

  it.each<[string, readonly string[], string]>([
    ["an unknown environment", ["rollout", "nowhere", service, "1.1.0"], "nowhere"],
    ["an unknown service", ["rollout", "local", "org1/wep", "1.1.0"], 'did you mean "org1/web"?'],
    ["an unknown service of up", ["up", "local", "org1/wep"], 'did you mean "org1/web"?'],
    ["an unknown service of history", ["history", "local", "org1/wep"], 'did you mean "org1/web"?'],
    ["no semantic version", ["rollout", "local", service, "v1.1"], "version"],
    ["a tag that the registry doesn't have", ["rollout", "local", service, "9.9.9"], ":9.9.9"],
    ["an image without a digest", ["rollout", "local", service, "1.1.0", "--image", "org1/web:1"], "image"],
    ["an unknown rollout", ["history", "local", service, "--rollout", "none"], "rollout"],
  ])("%s is wrong input", async (_, args, said) => {
    expect(await problem(args)).toMatchObject({
      code: 2,
      kind: "wrongInput",
      message: expect.stringContaining(said) as string,
    });
  });

  it("all that is wrong with a release is said at once", async () => {
    const args = ["rollout", "local", service, "1.1", "--image", "elsewhere/web@sha256:12", "--commit", "not a hash"];
    const { code, keys } = await problem(args);
    expect([code, [...new Set(keys)].sort()]).toEqual([2, ["commit", "image", "version"]]);
  });

  it.each([[["rollout", "local"]], [["rollout", "local", service, "1.1.0", "--dry"]], [["roll", "out"]], [[]]])(
    "words that no command knows: sluice %j",
    async (args) => {
      const ran = await stage.start(args).ended;
      expect([ran.code, ran.stdout]).toEqual([2, ""]);
      expect(ran.stderr).toContain("--help");
    },
  );
});

describe("what can't be done", () => {
  it.each([
    ["no", { PULUMI_CONFIG_PASSPHRASE: "", PULUMI_CONFIG_PASSPHRASE_FILE: "" }],
    ["a wrong", { PULUMI_CONFIG_PASSPHRASE: "battery staple" }],
  ])("with %s passphrase nothing begins, and the release is not to blame", async (_, env) => {
    for (const args of [
      ["up", "local"],
      ["rollout", "local", service, "1.1.0"],
    ]) {
      const { code, message } = await problem(args, env);
      expect([2, 3], `${args[0]}: ${message}`).toContain(code);
      expect(message).toMatch(/passphrase/i);
    }
  });

  it.each(["missing", "foreign", "older"])("ledger %s: stops everything before anything is declared", async (kind) => {
    const file = stage.world.ledgerFile;
    const kept = `${file}.kept`;
    renameSync(file, kept);
    try {
      if (kind === "foreign") expect((await stage.sluice(["ledger", "init", "local"])).code).toBe(0);
      if (kind === "older") copyFileSync(`${file}.early`, file);
      const containers = [await stage.world.containers(0), await stage.world.containers(1)];
      for (const args of [
        ["up", "local", service],
        ["rollout", "local", service, "1.1.0"],
        ["resume", "local", service],
      ]) {
        const { code, document, stderr } = await stage.sluice(args);
        expect([code, (document as unknown as Problem).error?.kind], `${args[0]}: ${stderr}`).toEqual([3, "ledger"]);
      }
      expect([await stage.world.containers(0), await stage.world.containers(1)]).toEqual(containers);
    } finally {
      for (const beside of ["", "-wal", "-shm"]) rmSync(`${file}${beside}`, { force: true });
      renameSync(kept, file);
    }
    expect(await stage.snapshot()).toEqual(before);
  });
});

describe("--help", () => {
  const commands = [
    ["up"],
    ["rollout"],
    ["rollback"],
    ["resume"],
    ["abort"],
    ["retire"],
    ["status"],
    ["history"],
    ["quarantine", "list"],
    ["quarantine", "lift"],
    ["version", "next"],
    ["ledger", "init"],
    ["ledger", "verify"],
    ["ledger", "backup"],
    ["ledger", "restore"],
    ["config", "check"],
    ["config", "show"],
    ["config", "schema"],
    ["local", "start"],
    ["local", "stop"],
    ["doctor"],
  ];
  it("names every command, and every command shows an example of itself", async () => {
    const whole = await stage.start(["--help"]).ended;
    expect([whole.code, whole.stderr]).toEqual([0, ""]);
    for (const [first = ""] of commands) expect(whole.stdout).toMatch(new RegExp(`^ {2}${first}\\b`, "m"));
    const helps = await Promise.all(commands.map((one) => stage.start([...one, "--help"]).ended));
    for (const [index, { code, stdout }] of helps.entries()) {
      expect([code, stdout]).toEqual([0, expect.stringContaining(`  $ sluice ${commands[index]?.join(" ")}`)]);
      expect(stdout).toContain("--json");
    }
  });
});
