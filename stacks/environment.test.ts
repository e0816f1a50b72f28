import { describe, expect, it } from "vitest";
import { declaredBy } from "../components/testing/declared.ts";
import { sampleSecret } from "../components/testing/samples.ts";
import { environmentSettings } from "../infra/model/settings/environment.ts";
import { githubSettings } from "../infra/model/settings/github.ts";
import { declareEnvironment } from "./environment.ts";

const host = (address: string) => ({
  engine: { kind: "unix" },
  shell: { kind: "local" },
  root: "/srv",
  address,
  gateway: { image: `nginx@sha256:${"ef".repeat(32)}` },
});

const settings = environmentSettings.parse({
  environment: "local",
  ledger: { kind: "sqlite", file: "/l.db" },
  hosts: { b: host("127.0.0.1"), a: host("127.0.0.2"), c: host("127.0.0.3") },
  services: {},
});

const github = {
  repository: "acme/shop",
  token: { secret: { env: "GITHUB_TOKEN" } },
  reviewers: { users: ["alice"] },
};
const calls = { "github:index/getUser:getUser": () => ({ id: "101" }) };

describe("declareEnvironment", () => {
  it("declares the environment on GitHub where the settings have one, by the name of the stack", async () => {
    const onGithub = { ...settings, github: githubSettings.parse(github) };
    const declare = () => declareEnvironment(onGithub, { ledgerId: "L", secret: sampleSecret });
    const resources = await declaredBy(declare, { calls });
    const found = resources.filter(({ type }) => type.endsWith(":RepositoryEnvironment"));
    expect(found.map(({ inputs }) => [inputs["environment"], inputs["reviewers"]])).toEqual([
      ["local", [{ users: [101], teams: [] }]],
    ]);
  });

  it("touches a gateway only when the one before it in the settings answers", async () => {
    const resources = await declaredBy(() => declareEnvironment(settings, { ledgerId: "L", secret: sampleSecret }));
    const waits = resources.filter(({ name }) => name.endsWith("-gateway-script"));
    expect(Object.fromEntries(waits.map(({ name, dependsOn = [] }) => [name, dependsOn]))).toEqual({
      "b-gateway-script": [],
      "a-gateway-script": ["b-gateway-verified"],
      "c-gateway-script": ["a-gateway-verified"],
    });
  });
});
