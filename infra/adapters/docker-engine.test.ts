import Docker from "dockerode";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineAnswers, oursAmong, removeContainers } from "./docker-engine.ts";

let folder: string;
let server: Server | undefined;
let asked: string[];

/** An engine that answers these calls and takes all others without an answer. */
async function engine(answers: Readonly<Record<string, unknown>>): Promise<Docker> {
  const socketPath = join(folder, "docker.sock");
  server = createServer(({ method, url = "" }, response) => {
    const call = `${method} ${url.split("?")[0]}`;
    asked.push(call);
    if (!Object.hasOwn(answers, call)) return;
    response.writeHead(answers[call] === null ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answers[call]));
  }).listen(socketPath);
  await once(server, "listening");
  return new Docker({ socketPath });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  asked = [];
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

describe("whether an engine answers", () => {
  it.each([
    ["an answer", { "GET /containers/json": [] }, true],
    ["none in time", {}, false],
  ])("is seen by %s", async (_how, answers, expected) => {
    expect(await engineAnswers(await engine(answers), 500)).toBe(expected);
  });

  it("can't be seen where there is none", async () => {
    const nowhere = new Docker({ socketPath: join(folder, "nothing.sock") });
    await expect(engineAnswers(nowhere, 5_000)).rejects.toThrow(/ENOENT/);
  });
});

describe("containers", () => {
  const container = (id: string, Labels: Record<string, string> = { "sluice.revision": "r" }) => ({
    Id: id,
    Config: { Labels },
  });

  it("are told by name, those of others left out", async () => {
    const docker = await engine({
      "GET /containers/ours/json": container("id-ours"),
      "GET /containers/foreign/json": container("id-foreign", {}),
      "GET /containers/none/json": null,
    });
    expect(await oursAmong(docker, ["ours", "foreign", "none"])).toEqual(["id-ours"]);
  });

  it("are removed by id; one that is gone is no failure, one that isn't is", async () => {
    const docker = await engine({ "DELETE /containers/id-a": {}, "DELETE /containers/id-b": null });
    expect(await removeContainers(docker, ["id-a", "id-b"])).toEqual(["id-a", "id-b"]);
    expect(asked).toEqual(["DELETE /containers/id-a", "DELETE /containers/id-b"]);
    const nowhere = new Docker({ socketPath: join(folder, "nothing.sock") });
    await expect(removeContainers(nowhere, ["id-a"])).rejects.toThrow(/ENOENT/);
  });
});
