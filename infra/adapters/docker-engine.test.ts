import Docker from "dockerode";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectImages, engineAnswers, oursAmong, removeContainers } from "./docker-engine.ts";

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

describe("images", () => {
  const repository = "registry/org1/web";
  const keeper = "keep.sluice.invalid/stg/org1.web";
  const image = (id: string, ...more: readonly string[]) => ({
    Id: `sha256:${id}`,
    RepoDigests: [`${repository}@sha256:${id}`],
    RepoTags: more,
  });
  const marked = (id: string, by = keeper) => `${by}:sha256-${id}`;

  it("that the service once had go, unless another one keeps or uses them, or may just be pulling them", async () => {
    const past = ["old", "used", "prods", "byHand"].map((id) => `${repository}@sha256:${id}`);
    const keep = ["kept", "keptBefore"].map((id) => `${repository}@sha256:${id}`);
    const docker = await engine({
      "GET /images/json": [
        image("old", marked("old"), `${repository}:1.0.0`),
        image("used"),
        image("prods", marked("prods"), marked("prods", "keep.sluice.invalid/prod/org1.web")),
        image("byHand", "somebody/elses:name"),
        image("neverOurs"),
        image("kept"),
        image("keptBefore", marked("keptBefore")),
      ],
      "GET /containers/json": [{ ImageID: "sha256:used" }],
      "POST /images/sha256:kept/tag": {},
      [`DELETE /images/${marked("old")}`]: {},
      [`DELETE /images/${repository}:1.0.0`]: {},
      [`DELETE /images/${repository}@sha256:old`]: {},
      [`DELETE /images/${marked("prods")}`]: {},
    });
    expect(await collectImages(docker, keeper, { keep, past })).toEqual([
      `${repository}:1.0.0`,
      `${repository}@sha256:old`,
    ]);
    expect(asked.filter((call) => !call.startsWith("GET"))).toEqual([
      `DELETE /images/${marked("old")}`,
      `DELETE /images/${repository}:1.0.0`,
      `DELETE /images/${repository}@sha256:old`,
      `DELETE /images/${marked("prods")}`,
      "POST /images/sha256:kept/tag",
    ]);
  });
});
