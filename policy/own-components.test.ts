import * as docker from "@pulumi/docker";
import { Secret } from "@pulumi/policy";
import type { Resource } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ServiceSlot } from "../components/docker/service-slot.ts";
import { DeliveryEnvironment } from "../components/github/delivery-environment.ts";
import { Gateway } from "../components/gateway/gateway.ts";
import { ServiceRoute } from "../components/gateway/service-route.ts";
import { SettledMarker } from "../components/gateway/settled-marker.ts";
import { LogExporter } from "../components/observability/log-exporter.ts";
import { type DeclaredResource, declaredBy } from "../components/testing/declared.ts";
import { sampleHash, sampleRevision, sampleSecret, sampleSsh } from "../components/testing/samples.ts";
import { githubSettings } from "../infra/model/settings/github.ts";
import { host as hostSettings } from "../infra/model/settings/host.ts";
import { routeSettings } from "../infra/model/settings/service.ts";
import { signed, testKey } from "../infra/gates/testing/keys.ts";
import { sampleDecision } from "../infra/gates/testing/statements.ts";
import { rules } from "./rules/index.ts";
import { slotDecidedBy } from "./rules/slot-decided.ts";
import { SecretsSeen } from "./secrets-seen.ts";
import { resource, urnOf } from "./testing/judge.ts";
import { toldBefore } from "./told-before.ts";

const image = `registry.example.com/sluice/nginx@sha256:${"ef".repeat(32)}`;
const host = hostSettings.parse({
  engine: { kind: "unix", socket: "/var/run/docker.sock" },
  shell: sampleSsh,
  network: "bridge",
  gateway: { image },
  exporter: { image },
});
const key = testKey();
const healthcheck = { command: ["node", "/app/healthcheck.js"] };
const names = { environment: "prod", host: "host-b" };
const slots = { blue: { address: "127.0.0.1", port: 20_000 }, green: { address: "127.0.0.1", port: 20_001 } };

function declareAll(root: Resource): void {
  const provider = new docker.Provider("host-b", { host: "unix:///var/run/docker.sock" }, { parent: root });
  const common = { ...names, settings: host, provider, secret: sampleSecret };
  const sites = { default: { serverNames: ["_"], address: "all" as const, port: 80 } };
  new Gateway("host-b-gateway", { ...common, sites, protectNginx: true }, { parent: root });
  if (host.exporter) new LogExporter("host-b-exporter", { ...common, exporter: host.exporter }, { parent: root });
  new ServiceSlot(
    "host-b-blue",
    {
      ...names,
      service: "org1/react-ui",
      slot: "blue",
      revision: sampleRevision({
        user: "1000:1000",
        healthcheck,
        port: 8080,
        environment: { PASSWORD: { secret: { env: "PASSWORD" } }, LISTEN: "${slot.address}:${slot.port}" },
      }),
      revisionHash: sampleHash,
      provider,
      secret: sampleSecret,
      running: false,
      decision: signed(key, sampleDecision()),
    },
    { parent: root },
  );
  const service = { environment: "prod", host, service: "org1/react-ui", secret: sampleSecret };
  const route = routeSettings.parse({});
  new ServiceRoute(
    "host-b-route",
    { ...service, route, slots, shadow: true, tickSeconds: 10, leaseTicks: 3 },
    { parent: root },
  );
  const github = githubSettings.parse({
    repository: "acme/shop",
    token: { secret: { env: "GITHUB_TOKEN" } },
    reviewers: { users: ["alice"], teams: ["release-managers"] },
    secrets: { DEPLOY_KEY: { secret: { env: "DEPLOY_KEY" } } },
    variables: { SLUICE_ENVIRONMENT: "prod" },
    protection: { requiredChecks: ["check"] },
    labels: { approval: { color: "0e8a16" } },
  });
  new DeliveryEnvironment("github", { environment: "prod", settings: github, secret: sampleSecret }, { parent: root });
  new SettledMarker("host-b-settled", { ...service, slot: "blue", token: 7 }, { parent: root });
}

const githubIds = {
  "github:index/getUser:getUser": () => ({ id: "101" }),
  "github:index/getTeam:getTeam": () => ({ id: "102" }),
};

/** Mocks show a secret as `{ secret: value }`; a policy is shown its kind of wrapper, and then the bare value. */
function withSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ("secret" in value) return new Secret(value.secret);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSecrets(inner)]));
}

function bare(value: unknown): unknown {
  if (value instanceof Secret) return value.value as unknown;
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bare(inner)]));
}

describe("Sluice's own components", () => {
  it("pass every rule, and what a rule leaves out has a reason", async () => {
    const declared = await declaredBy(declareAll, { calls: githubIds });
    const components = new Map(
      declared.filter(({ type }) => type.startsWith("sluice:")).map((one) => [one.name, one.type]),
    );
    const answers = [];
    // One after another, as the engine asks: a slot comes before its container.
    const seen = new SecretsSeen();
    for (const one of declared) answers.push(await answersFor(one, components, seen));
    expect(toldBefore(seen, {}, [], "2027-01-31")).toEqual([]);
    expect(answers.flat().filter(({ kind }) => kind === "violated")).toEqual([]);
    const leftOut = answers.flat().flatMap((answer) => (answer.kind === "notApplicable" ? [answer] : []));
    const reasoned = leftOut
      .filter(({ reason }) => !reason.startsWith("judges "))
      .map(({ rule, name }) => `${rule} ${name}`);
    expect(reasoned.sort()).toEqual([
      "container-health-check host-b-exporter",
      "container-health-check host-b-gateway",
      "container-limits host-b-gateway",
      "container-ports host-b-gateway",
      "container-user host-b-gateway",
    ]);
  });
});

/** The pack's, with a key of the test's own. */
const decided = slotDecidedBy(() => ({ kind: "keys", keys: [key.publicBase64] }));
const all = rules.map((rule) => (rule.name === decided.name ? decided : rule));

async function answersFor(
  { type, name, parent = "", inputs, protect = false }: DeclaredResource,
  components: ReadonlyMap<string, string>,
  seen: SecretsSeen,
) {
  const raw = withSecrets(inputs);
  const stack = name.startsWith("host-b-gateway") || name.startsWith("host-b-exporter") ? "prod" : "prod.org1.react-ui";
  const within = components.get(parent) ?? "";
  const given = {
    type,
    name,
    within,
    stack,
    parent: urnOf({ type: within, stack, name: parent }),
    protect,
    provider: { host: "unix:///var/run/docker.sock" },
  };
  seen.note(urnOf(given), raw);
  const one = resource(bare(raw) as object, { ...given, marks: seen.marks(urnOf(given)) });
  return Promise.all(
    all.map(async (rule) => ({ rule: rule.name, name, urn: urnOf(given), ...(await rule.judge(one, {})) })),
  );
}
