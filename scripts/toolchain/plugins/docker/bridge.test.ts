import { describe, expect, it } from "vitest";
import type { CheckRequest, DiffRequest, JsonObject } from "../shared/rpc.ts";
import { containerFields } from "./schema/container.ts";
import { networkFields } from "./schema/others.ts";
import { checkConfig } from "./config.ts";
import { checkInputs } from "../bridge/check.ts";
import { diffState } from "../bridge/diff.ts";
import { planState } from "../bridge/plan.ts";
import { resolvePlan } from "../bridge/state.ts";

const named = { urn: "", name: "web", type: "" };
const base = { name: "web", image: "web:1", networkMode: "host" };

function check(news: JsonObject, olds: JsonObject = {}, more: Partial<CheckRequest> = {}) {
  return checkInputs(containerFields, { ...named, olds, news, randomSeed: "AAAA", ...more });
}

/** What changing the inputs shows, from the state that the old inputs led to. */
function diff(oldInputs: JsonObject, newInputs: JsonObject, seen: JsonObject = {}) {
  const olds = { ...resolvePlan(containerFields, planState(containerFields, { ...base, ...oldInputs })), ...seen };
  const request: DiffRequest = {
    ...named,
    id: "1",
    olds,
    news: { ...base, ...newInputs },
    oldInputs: {},
    ignoreChanges: [],
  };
  const { detailedDiff = {} } = diffState({ fields: containerFields, deleteBeforeReplace: true }, request);
  return Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, kind]));
}

describe("inputs", () => {
  it("are refused by name, all at once", () => {
    const news = {
      ...base,
      nonsense: 1,
      gpus: "all",
      bridge: "x",
      restart: "often",
      memory: "64",
      mounts: [{ type: "disk", odd: 1 }],
    };
    expect(check(news).failures?.map(({ property }) => property)).toEqual([
      "nonsense",
      "gpus",
      "bridge",
      "restart",
      "memory",
      "mounts[0].type",
      "mounts[0].odd",
      "mounts[0].target",
    ]);
  });

  it("may be unknown or secret anywhere", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(
      check({ ...base, image: unknown, memory: unknown, mounts: unknown, ports: [unknown] }).failures,
    ).toBeUndefined();
  });

  it("keep a generated name, and follow the stack's own rule for names", () => {
    const unnamed = { image: "web:1" };
    const first = check(unnamed).inputs ?? {};
    expect(first["name"]).toMatch(/^web-[0-9a-f]{7}$/);
    expect(first["__defaults"]).toContain("name");
    expect(check(unnamed, first, { randomSeed: "BBBB" }).inputs?.["name"]).toBe(first["name"]);
    expect(check(unnamed, {}, { autonaming: { proposedName: "p", mode: "propose" } }).inputs?.["name"]).toBe("p");
    expect(check(unnamed, {}, { autonaming: { proposedName: "", mode: "disable" } }).failures).toHaveLength(1);
  });

  it("of a provider: passwords become secret, Docker config files are refused", () => {
    const auth = (entry: JsonObject) =>
      checkConfig({ ...named, olds: {}, randomSeed: "", news: { registryAuth: JSON.stringify([entry]) } });
    expect(auth({ address: "r", username: "u", password: "p" }).inputs?.["registryAuth"]).toMatchObject({
      value: '[{"address":"r","username":"u","password":"p"}]',
    });
    expect(auth({ address: "r" }).failures?.map(({ property }) => property)).toEqual(["registryAuth[0].username"]);
    expect(auth({ address: "r", configFile: "/x" }).failures).toHaveLength(2);
  });
});

const labels = (...names: string[]) => ({ labels: names.map((label) => ({ label, value: "1" })) });
const bind = (source: string, more: JsonObject = {}) => ({ type: "bind", target: "/t", source, ...more });

describe("a change", () => {
  it.each<[string, JsonObject, JsonObject, Record<string, string>]>([
    ["of nothing", { envs: ["B=1", "A=2"] }, { envs: ["A=2", "B=1"] }, {}],
    ["of an environment variable", { envs: ["A=1", "B=1"] }, { envs: ["A=2", "B=1"] }, { "envs[0]": "UPDATE_REPLACE" }],
    ["of a restart policy", {}, { restart: "always" }, { restart: "UPDATE" }],
    ["of memory, taken away", { memory: 64 }, {}, { memory: "DELETE" }],
    ["of an added label", labels("a"), labels("a", "b"), { "labels[1]": "ADD_REPLACE" }],
    [
      "of the ports' order",
      {
        ports: [
          { internal: 1, external: 1 },
          { internal: 2, external: 2 },
        ],
      },
      {
        ports: [
          { internal: 2, external: 2 },
          { internal: 1, external: 1 },
        ],
      },
      {},
    ],
    [
      "of a log option",
      { logOpts: { "max-size": "1m" } },
      { logOpts: { "max-size": "2m" } },
      { 'logOpts["max-size"]': "UPDATE_REPLACE" },
    ],
    ["of a tmpfs", { tmpfs: { "/a": "rw" } }, {}, { 'tmpfs["/a"]': "DELETE" }],
    [
      "of a health check",
      { healthcheck: { tests: ["CMD", "x"] } },
      { healthcheck: { tests: ["CMD", "y"] } },
      { "healthcheck.tests[1]": "UPDATE" },
    ],
    [
      "of a capability",
      { capabilities: { drops: ["ALL"] } },
      { capabilities: { drops: ["ALL"], adds: ["CHOWN"] } },
      { "capabilities.adds[0]": "ADD_REPLACE" },
    ],
    [
      "of a mount's source, which the official plugin doesn't replace for",
      { mounts: [bind("/a")] },
      { mounts: [bind("/b")] },
      { "mounts[0].source": "UPDATE" },
    ],
    [
      "of an added mount",
      { mounts: [bind("/a")] },
      { mounts: [bind("/a"), bind("/b", { target: "/u" })] },
      { "mounts[1]": "ADD_REPLACE" },
    ],
    ["of a user to empty", { user: "1" }, { user: "" }, {}],
  ])("%s", (_what, before, after, expected) => {
    expect(diff(before, after)).toEqual(expected);
  });

  it("isn't seen where the provider filled in what the program leaves open", () => {
    expect(
      diff({}, {}, { hostname: "h", shmSize: 64, labels: [], cpuSet: "", maxRetryCount: 0, privileged: false }),
    ).toEqual({});
    expect(diff({ memory: 64 }, { memory: 64 }, { memorySwap: 128 })).toEqual({ memorySwap: "DELETE" });
  });
});

it("an address range of a network is planned as the official plugin plans it", () => {
  const planned = planState(networkFields, { name: "n", ipamConfigs: [{ subnet: "10.0.0.0/24" }] });
  expect(planned["ipamConfigs"]).toEqual([{ subnet: "10.0.0.0/24", ipRange: "", gateway: "", auxAddress: null }]);
  expect(planned["ipamDriver"]).toBe("default");
});

it("a set is planned in the order of the state, and left as it is while it holds the same", () => {
  const envs = (inputs: string[], prior?: JsonObject) =>
    planState(containerFields, { ...base, envs: inputs }, prior)["envs"];
  expect(envs(["B=1", "A=1"])).toEqual(["A=1", "B=1"]);
  const mounts = [{ ...bind("/a"), readOnly: false, bindOptions: null, volumeOptions: null, tmpfsOptions: null }];
  expect(planState(containerFields, { ...base, mounts: [bind("/a")] }, { mounts })["mounts"]).toBe(mounts);
});
