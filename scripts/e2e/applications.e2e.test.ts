import { execa } from "execa";
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineAt } from "../local/images.ts";
import { applications, applicationSettings, publish } from "./testing/applications.ts";
import type { Ran } from "./testing/sluice.ts";
import { type Stage, startStage } from "./testing/stage.ts";

const fromFile = "correct-horse-of-the-file";
const fromEnv = "hunter2-of-the-environment";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let stage: Stage;
let certificate: string;
/** Everything that any command said. */
let said = "";

beforeAll(async () => {
  stage = await startStage({ block: "127.0.99", port: 29_940, releases: {} });
  const { world } = stage;
  const engine = engineAt(world.hosts[0]?.engine.socket ?? "");
  const versions = { "1.0.0": [], "1.1.0": ["ENV E2E_RELEASE=1.1.0"], "1.2.0": ["ENV EAT_MEGABYTES=97"] };
  for (const [name, application] of Object.entries(await applications(engine))) {
    await publish(engine, application, `${world.registry}/${name}`, versions);
  }
  await layOut();
  const up = await sluice(["up", "local"]);
  expect(up.code, up.stderr).toBe(0);
});
afterAll(async () => {
  await stage?.stop();
});

let write: (commandPasses?: boolean) => void;

/** One host, reached over SSH, with a bridge network and a certificate: it must lie below the root of every host. */
async function layOut(): Promise<void> {
  const { folder, hosts, port, registry } = stage.world;
  const root = hosts[1]?.root ?? "";
  const tls = { certificate: join(root, "tls.crt"), key: join(root, "tls.key") };
  const subject = ["-subj", "/CN=static.test", "-addext", "subjectAltName=DNS:static.test"];
  const out = ["-keyout", tls.key, "-out", tls.certificate, "-days", "2"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  await execa("openssl", ["req", "-x509", "-nodes", ...kind, ...out, ...subject]);
  certificate = readFileSync(tls.certificate, "utf8");
  const secretFile = join(folder, "secret");
  writeFileSync(secretFile, `${fromFile}\n`, { mode: 0o600 });
  write = (commandPasses = true) =>
    stage.write((settings) => {
      delete settings.hosts["host-a"];
      Object.assign(settings.hosts["host-b"] ?? {}, { network: "bridge" });
      settings.sites = { ...settings.sites, secure: { address: "host", port: port + 8, tls } };
      settings.services = applicationSettings(registry, port + 2, secretFile);
      const checked = settings.services["org3/static"]?.health;
      if (!commandPasses && checked) checked.command = [process.execPath, "-e", "process.exit(7)"];
    });
  write();
}

async function sluice(args: readonly string[]): Promise<Ran> {
  const ran = await stage.start([...args, "--json", "--verbose"], { E2E_PASSWORD: fromEnv }).ended;
  said += ran.stdout + ran.stderr;
  return ran;
}

const rollout = (service: string, version: string) => sluice(["rollout", "local", service, version]);

/** Status and body of one request to the plain site. */
async function plain(path: string, headers: Record<string, string> = {}) {
  const { statusCode, body } = await request(`http://127.0.99.2:${stage.world.port}${path}`, { headers });
  return [statusCode, await body.text()];
}

async function secure(path: string) {
  const agent = new Agent({ connect: { ca: certificate, servername: "static.test" } });
  const { statusCode, body } = await request(`https://127.0.99.2:${stage.world.port + 8}${path}`, {
    dispatcher: agent,
  });
  const text = await body.text();
  await agent.close();
  return [statusCode, text];
}

/** Asks all the time; gives every answer that was not as it should be. */
function asking(ask: () => Promise<unknown[]>, good: (answer: unknown[]) => boolean) {
  let running = true;
  let sent = 0;
  const wrong: unknown[] = [];
  const done = (async () => {
    for (; running; sent++) {
      const answer = await ask().catch((error: unknown) => [String(error)]);
      if (!good(answer)) wrong.push(answer);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return async () => {
    running = false;
    await done;
    return { sent, wrong };
  };
}

describe("other people's applications, by their settings alone", () => {
  it("come in: a registry, an odd server below a path, and static files over TLS in a bridge network", async () => {
    const ran = await Promise.all(["org1/registry", "org2/odd", "org3/static"].map((name) => rollout(name, "1.0.0")));
    expect(ran.map(({ code, document, stderr }) => [code, document["outcome"] ?? stderr])).toEqual([
      [0, "promoted"],
      [0, "promoted"],
      [0, "promoted"],
    ]);
    expect(await plain("/v2/_catalog", { "x-user": "ada" })).toEqual([200, '{"repositories":[]}\n']);
    expect(await plain("/odd/up")).toEqual([204, ""]);
    expect(await plain("/odd/version")).toEqual([200, "1.0.0"]);
    expect(await plain("/odd/who")).toEqual([200, "10001:10002"]);
    expect(await secure("/")).toEqual([200, "<h1>Release 1.0.0</h1>"]);
  });

  it("get the next release: without a failed request where two can run at once", async () => {
    const stopPlain = asking(
      () => plain("/v2/", { "x-user": String(Math.random()) }),
      ([status]) => status === 200,
    );
    const stopSecure = asking(
      () => secure("/"),
      ([status, body]) => status === 200 && /^<h1>Release 1\.[01]\.0<\/h1>$/.test(String(body)),
    );
    const ran = await Promise.all(["org1/registry", "org3/static"].map((name) => rollout(name, "1.1.0")));
    expect(ran.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(["", ""]);
    for (const { sent, wrong } of [await stopPlain(), await stopSecure()]) {
      expect(wrong).toEqual([]);
      expect(sent).toBeGreaterThan(20);
    }
    expect(await secure("/")).toEqual([200, "<h1>Release 1.1.0</h1>"]);
  });

  it("that can't run twice are recreated, however unwilling they end", async () => {
    const ran = await rollout("org2/odd", "1.1.0");
    expect([ran.code, ran.document["outcome"]], ran.stderr).toEqual([0, "promoted"]);
    expect(await plain("/odd/version")).toEqual([200, "1.1.0"]);
  });

  it("go back when they take too much memory; one that was recreated is filled again", async () => {
    const ran = await rollout("org2/odd", "1.2.0");
    expect([ran.code, ran.document["outcome"]], ran.stderr).toEqual([1, "rolledBack"]);
    expect(ran.document["reason"]).toMatch(/memory/);
    expect(await plain("/odd/version")).toEqual([200, "1.1.0"]);
  });

  it("go back when the program that checks them says no", async () => {
    write(false);
    const ran = await rollout("org3/static", "1.2.0").finally(() => write());
    expect([ran.code, ran.document["outcome"]], ran.stderr).toEqual([1, "rolledBack"]);
    expect(ran.document["reason"]).toMatch(/command/);
    expect(await secure("/")).toEqual([200, "<h1>Release 1.1.0</h1>"]);
  });

  it("get their secrets, which are nowhere else", async () => {
    expect(await plain("/odd/secrets")).toEqual([200, `${sha256(fromEnv)} ${sha256(fromFile)}`]);
    const { world } = stage;
    const places = [world.state, world.hosts[1]?.root ?? "", join(world.folder, "xdg-state")].flatMap((folder) =>
      globSync("**/*", { cwd: folder }).map((path) => join(folder, path)),
    );
    const files = [...places, world.ledgerFile, `${world.ledgerFile}-wal`].filter((path) =>
      statSync(path, { throwIfNoEntry: false })?.isFile(),
    );
    expect(files.length).toBeGreaterThan(20);
    for (const secret of [fromEnv, fromFile]) {
      expect(files.filter((path) => readFileSync(path).includes(secret))).toEqual([]);
      expect(said.includes(secret)).toBe(false);
    }
  });

  it("show no changes afterwards", async () => {
    const { document } = await sluice(["up", "local", "--dry-run"]);
    const stacks = document["stacks"] as readonly { stack: string; changes: Record<string, number> }[];
    expect(stacks.map(({ stack, changes }) => [stack, Object.keys(changes)])).toEqual(
      ["local", "local.org1.registry", "local.org2.odd", "local.org3.static"].map((stack) => [stack, ["same"]]),
    );
  });
});
