import { describe, expect, it } from "vitest";
import type { JsonObject } from "../shared/rpc.ts";
import { secret, UNKNOWN } from "../shared/values.ts";
import { runs } from "./testing/runs.ts";

const LOCAL = "command:local:Command";
const REMOTE = "command:remote:Command";
const COPY = "command:remote:CopyToRemote";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const NULLED: JsonObject = { stdin: null };
const { plugin } = runs(LOCAL);

const named = (type: string) => ({ urn: `urn:pulumi:s::p::${type}::it`, name: "it", type });
const check = (type: string, news: JsonObject) => plugin.check({ ...named(type), olds: {}, news, randomSeed: "" });
const reasons = async (type: string, news: JsonObject) =>
  ((await check(type, news)).failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
const diff = (type: string, oldInputs: JsonObject, news: JsonObject, ignoreChanges: string[] = [], olds = oldInputs) =>
  plugin.diff({ ...named(type), id: "it1", olds, news, oldInputs, ignoreChanges });

describe("check", () => {
  it("fills in a connection's defaults and marks what is secret in it and in its proxy", async () => {
    const connection = { host: "h", password: "p", port: null, proxy: { host: "j", privateKeyPassword: "q" } };
    const defaults = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
    expect((await check(REMOTE, { connection, ...NULLED })).inputs).toEqual({
      connection: secret({
        ...defaults,
        host: "h",
        password: secret("p"),
        proxy: { ...defaults, host: "j", privateKeyPassword: secret("q") },
      }),
    });
  });

  it("keeps unknowns and secrets where they are", async () => {
    const news = { create: secret("c"), environment: { A: UNKNOWN, B: secret(UNKNOWN) }, triggers: [UNKNOWN, null] };
    expect(await check(LOCAL, news)).toEqual({ inputs: news, failures: [] });
    expect((await check(REMOTE, { connection: UNKNOWN })).inputs).toEqual({ connection: secret(UNKNOWN) });
    const sent = { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: true };
    expect((await check(LOCAL, { stdin: sent })).inputs).toEqual({ stdin: secret(UNKNOWN) });
  });

  it("names every property that doesn't fit, at once", async () => {
    const news = {
      create: 1,
      interpreter: "sh",
      environment: { X: 2 },
      dir: {},
      colour: "red",
      addPreviousOutputInEnv: "no",
    };
    expect(await reasons(LOCAL, news)).toEqual([
      "create: Field 'create' on 'local.CommandInputs' must be a 'string'; got 'float64' instead",
      "interpreter: Field 'interpreter' on 'local.CommandInputs' must be a '[]string'; got 'string' instead",
      "dir: An error occurred decoding 'CommandInputs.dir': Cannot decode Object{} to type string; it isn't a struct, and no custom decoder exists",
      "environment[X] value: Field 'environment[X] value' on 'local.CommandInputs' must be a 'string'; got 'float64' instead",
      "addPreviousOutputInEnv: Field 'addPreviousOutputInEnv' on 'local.CommandInputs' must be a 'bool'; got 'string' instead",
      "colour: Unrecognized field 'colour' on 'local.CommandInputs'",
    ]);
    expect(await reasons(REMOTE, {})).toEqual([
      "connection: Missing required field 'connection' on 'remote.CommandInputs'",
    ]);
    expect(await reasons(REMOTE, { connection: { user: "u", shell: "s" } })).toEqual([
      "connection: An error occurred decoding 'CommandInputs.connection': 2 failures decoding:" +
        "\n\thost: Missing required field 'host' on 'remote.Connection'" +
        "\n\tshell: Unrecognized field 'shell' on 'remote.Connection'",
    ]);
  });

  it("hides secrets in inputs that it refuses", async () => {
    const { inputs } = await check(REMOTE, { connection: { host: "h", password: "p" }, colour: "red" });
    expect(inputs).toMatchObject({ connection: secret({ host: "h", password: secret("p") }) });
  });

  it("refuses by name what only the official plugin can", async () => {
    expect(await reasons(LOCAL, { assetPaths: ["*"], archivePaths: ["*"] })).toEqual([
      expect.stringMatching(/^assetPaths: 'assetPaths' needs the official command plugin/),
      expect.stringMatching(/^archivePaths: 'archivePaths' needs the official command plugin/),
    ]);
    await expect(check("command:remote:CopyFile", {})).rejects.toThrow("'command:remote:CopyFile' needs the official");
  });

  it("takes files, texts and folders as a copy's source, and no others", async () => {
    const from = (source: unknown) =>
      reasons(COPY, { connection: { host: "h" }, remotePath: "/x", source } as JsonObject);
    const asset = (parts: object) => ({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "ab", ...parts });
    const archive = (parts: object) => ({ [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", hash: "ab", ...parts });
    expect(await from(asset({ path: "f" }))).toEqual([]);
    expect(await from(asset({ text: "t" }))).toEqual([]);
    expect(await from(archive({ path: "d" }))).toEqual([]);
    expect(await from(asset({ uri: "u" }))).toEqual(["asset: asset must be a path-based file asset or a text asset"]);
    expect(await from(archive({ assets: {} }))).toEqual(["archive: archive must be a path to a file or directory"]);
    for (const none of [UNKNOWN, "text"])
      expect(await from(none)).toEqual(["asset: either asset or archive must be set"]);
  });
});

describe("diff", () => {
  const none = { changes: "DIFF_NONE", hasDetailedDiff: true };
  const some = (detailedDiff: object, diffs: string[]) => ({
    changes: "DIFF_SOME",
    hasDetailedDiff: true,
    diffs,
    detailedDiff,
  });

  it("sees each changed part, added and removed ones", async () => {
    const before = { environment: { A: "1", B: "2" }, triggers: ["x", { y: 1 }], stdin: "s" };
    const now = { environment: { A: "2", "C-D": "3" }, triggers: ["x", { y: 2 }, "z"], dir: "/" };
    expect(await diff(LOCAL, before, now)).toEqual(
      some(
        {
          "environment.A": { kind: "UPDATE" },
          'environment["C-D"]': { kind: "ADD" },
          "environment.B": { kind: "DELETE" },
          "triggers[1].y": { kind: "UPDATE" },
          "triggers[2]": { kind: "ADD" },
          dir: { kind: "ADD" },
          stdin: { kind: "DELETE" },
        },
        ["dir", "environment", "stdin", "triggers"],
      ),
    );
  });

  it("replaces by itself only where triggers come or go as a whole", async () => {
    expect(await diff(LOCAL, {}, { triggers: [] })).toEqual({
      ...some({ triggers: { kind: "ADD_REPLACE" } }, ["triggers"]),
      replaces: ["triggers"],
    });
    expect(await diff(LOCAL, { triggers: ["1"] }, { triggers: ["2"] })).not.toHaveProperty("replaces");
  });

  it("compares secrets as a whole", async () => {
    const connection = (host: string) => ({ connection: secret({ host, password: secret("p") }) });
    expect(await diff(REMOTE, connection("a"), connection("a"))).toEqual(none);
    expect(await diff(REMOTE, connection("a"), connection("b"))).toEqual(
      some({ connection: { kind: "UPDATE" } }, ["connection"]),
    );
    expect(await diff(LOCAL, { create: "c" }, { create: secret("c") })).toEqual(
      some({ create: { kind: "UPDATE" } }, ["create"]),
    );
  });

  it("compares assets by their contents", async () => {
    const source = (hash: string, path: string) => ({
      source: { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash, path },
    });
    expect(await diff(COPY, source("a", "x"), source("a", "y"))).toEqual(none);
    expect(await diff(COPY, source("a", "x"), source("b", "x"))).toEqual(
      some({ source: { kind: "UPDATE" } }, ["source"]),
    );
  });

  it("leaves out what the program ignores, and the engine's own properties", async () => {
    expect(await diff(LOCAL, { create: "a" }, { create: "b", __internal: 1, version: "2" }, ["create"])).toEqual(none);
  });
});

describe("the preview of an update", () => {
  const preview = async (olds: JsonObject, news: JsonObject) => {
    const request = {
      ...named(LOCAL),
      id: "it1",
      olds,
      news,
      oldInputs: {},
      timeout: 0,
      ignoreChanges: [],
      preview: true,
    };
    return (await plugin.update!(request)).properties;
  };
  const olds = { create: "a", stdout: "out", stderr: "" };

  it("knows no results where an input of the state changes, or is yet unknown", async () => {
    expect(await preview(olds, { create: "b" })).toEqual({ create: "b", stdout: UNKNOWN, stderr: UNKNOWN });
    expect(await preview(olds, { create: UNKNOWN })).toEqual({ create: UNKNOWN, stdout: UNKNOWN, stderr: UNKNOWN });
    expect(await preview(olds, {})).toEqual({ stdout: UNKNOWN, stderr: UNKNOWN });
  });

  it("keeps them where an input is only added, as the official plugin does", async () => {
    expect(await preview(olds, { create: "a", stdin: "x" })).toEqual({ ...olds, stdin: "x" });
  });
});
