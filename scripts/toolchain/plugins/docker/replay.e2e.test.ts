import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as rpc from "../shared/rpc.ts";
import { dockerPlugin } from "./plugin.ts";
import { startDocker } from "./testing/dockerd.ts";
import type { TestDocker } from "./testing/dockerd.ts";
import { makeImage } from "./testing/image.ts";
import { pushImage, startRegistry } from "./testing/registry.ts";
import type { TestRegistry } from "./testing/registry.ts";

/** The calls that change or read Docker, in the order in which the engine made them of the official plugin. */

const FOLDER = new URL("../testdata/transcripts/", import.meta.url);
const FILES = [
  "02-create",
  "04-refresh",
  "06-change-env",
  "07-change-restart-and-triggers",
  "09-refresh-after-loss",
  "10-recreate",
  "11-destroy",
];
const RECORDED_IMAGE = /127\.0\.0\.1:25000\/web@sha256:50b1631b[0-9a-f]+/g;
const RECORDED_IMAGE_ID = /sha256:b79d3626[0-9a-f]{56}/g;

interface Call {
  readonly method: "Create" | "Read" | "Update" | "Delete";
  readonly request: { readonly id?: string; readonly type: string };
  readonly response?: { readonly id?: string };
  readonly metadata: { readonly name: string };
}

let host: TestDocker;
let registry: TestRegistry;
let image: { reference: string; id: string };
let plugin: rpc.Plugin;
/** Recorded container ids and the ids that containers have here. */
const ids = new Map<string, string>();

beforeAll(async () => {
  host = await startDocker();
  registry = await startRegistry(host.folder, "127.0.91.1:29100");
  const tag = `${registry.host}/web:1`;
  await makeImage(host.docker, tag);
  const reference = await pushImage(host.docker, tag);
  await host.docker.getImage(tag).remove({ force: true });
  await host.docker
    .pull(reference)
    .then((stream) => new Promise((done) => host.docker.modem.followProgress(stream, done)));
  const { Id } = await host.docker.getImage(reference).inspect();
  await host.docker.getImage(Id).remove({ force: true });
  image = { reference, id: Id };
  plugin = dockerPlugin();
  await plugin.configure({ variables: {}, args: { host: `unix://${host.socket}` }, id: "", urn: "" });
});

afterAll(async () => {
  await registry?.stop();
  await host?.stop();
});

/** A recorded text with this run's image, folders, host name and container ids. */
function here(recorded: string): string {
  const text = recorded
    .replaceAll(RECORDED_IMAGE, image.reference)
    .replaceAll(RECORDED_IMAGE_ID, image.id)
    .replaceAll("/srv/host1/data", join(host.folder, "data"))
    .replaceAll('"hostname": "vm"', `"hostname": ${JSON.stringify(hostname())}`);
  return [...ids].reduce((result, [was, is]) => result.replaceAll(was, is), text);
}

function calls(file: string): Call[] {
  const lines = readFileSync(new URL(`${file}.jsonl`, FOLDER), "utf8").split("\n");
  const all = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Call);
  return all.filter(
    ({ method, metadata }) => metadata.name === "docker" && ["Create", "Read", "Update", "Delete"].includes(method),
  );
}

async function answer(call: Call): Promise<unknown> {
  const request = JSON.parse(here(JSON.stringify(call.request, null, 1))) as never;
  switch (call.method) {
    case "Create":
      return plugin.create(request);
    case "Read":
      return plugin.read?.(request);
    case "Update":
      return plugin.update?.(request);
    case "Delete":
      return (await plugin.delete(request)) ?? {};
  }
}

describe("the official plugin's answers with a real Docker", () => {
  it.each(FILES)("%s", async (file) => {
    if (file.startsWith("09")) await host.docker.getContainer("rec-web").remove({ force: true });
    for (const call of calls(file)) {
      const answered = (await answer(call)) as { id?: string };
      const [was, is] = [call.response?.id, answered.id];
      if (call.method === "Create" && was && is && call.request.type.endsWith("Container")) ids.set(was, is);
      const expected = JSON.parse(here(JSON.stringify(call.response ?? {}, null, 1))) as unknown;
      expect(answered, `${call.method} ${call.request.type}`).toEqual(expected);
    }
  });

  it("leave nothing but the image that was to be kept", async () => {
    expect(await host.docker.listContainers({ all: true })).toEqual([]);
    expect((await host.docker.listVolumes()).Volumes ?? []).toEqual([]);
    expect((await host.docker.listImages()).map(({ RepoDigests }) => RepoDigests)).toEqual([[image.reference]]);
  });
});
