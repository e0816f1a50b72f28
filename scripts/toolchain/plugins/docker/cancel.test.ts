import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dockerPlugin } from "./plugin.ts";

let folder: string;
let server: Server;
let asked: string[];

/** A daemon that takes requests and answers only what begins with one of these. */
async function daemon(answers: Readonly<Record<string, unknown>>): Promise<string> {
  const socket = join(folder, "docker.sock");
  server = createServer(({ method, url = "" }, response) => {
    const call = `${method} ${url.split("?")[0]}`;
    asked.push(call);
    if (Object.hasOwn(answers, call))
      response.setHeader("content-type", "application/json").end(JSON.stringify(answers[call]));
  }).listen(socket);
  await once(server, "listening");
  return `unix://${socket}`;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-hang-"));
  asked = [];
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const type = "docker:index/container:Container";
const urn = `urn:pulumi:dev::shop::${type}::web`;
const properties = { name: "web", image: "sha256:aa", mustRun: true, start: true };

async function creating(host: string) {
  const plugin = dockerPlugin();
  await plugin.configure({ variables: {}, args: { host }, id: "", urn: "" });
  const ended = plugin.create({ urn, type, name: "web", properties, timeout: 0, preview: false });
  return { plugin, ended: ended.catch((error: unknown) => error) };
}

async function untilAsked(call: string): Promise<void> {
  await expect.poll(() => asked).toContain(call);
}

const alive = { "GET /_ping": "OK", "GET /images/sha256:aa/json": { Id: "sha256:aa" } };

it("a daemon that hangs is not waited for once the update is cancelled", async () => {
  const { plugin, ended } = await creating(await daemon({}));
  await untilAsked("GET /_ping");
  await plugin.cancel!();
  expect(String(await ended)).toContain("Error pinging Docker server");
});

it("a container that may have been made by then is not in the state", async () => {
  const { plugin, ended } = await creating(await daemon(alive));
  await untilAsked("POST /containers/create");
  await plugin.cancel!();
  expect(String(await ended)).toContain("Unable to create container");
});

it("a container that was made by then is in the state, as one that isn't as asked", async () => {
  const { plugin, ended } = await creating(await daemon({ ...alive, "POST /containers/create": { Id: "c0ffee" } }));
  await untilAsked("POST /containers/c0ffee/start");
  await plugin.cancel!();
  expect(await ended).toMatchObject({ id: "c0ffee" });
});
