import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "../scripts/toolchain/testing/project.ts";
import type { Ended } from "../scripts/toolchain/testing/run.ts";
import { testKey } from "../infra/gates/testing/keys.ts";
import { rules } from "./rules/index.ts";

const digest = `web@sha256:${"a1".repeat(32)}`;
const good = {
  image: digest,
  healthcheck: { tests: ["CMD", "node", "/app/healthcheck.js"] },
  memory: 64,
  memorySwap: 64,
  cpus: "0.5",
  restart: "always",
  securityOpts: ["no-new-privileges:true"],
  capabilities: { drops: ["ALL"] },
  readOnly: true,
  user: "1000:1000",
  logDriver: "json-file",
  logOpts: { "max-size": "10m", "max-file": "3" },
  ports: [{ internal: 80, external: 8080, ip: "127.0.0.1" }],
};
const bad = {
  ...good,
  image: "web:latest",
  healthcheck: { tests: ["NONE"] },
  memory: 0,
  restart: "no",
  privileged: true,
  capabilities: { drops: ["ALL"], adds: ["CAP_SYS_ADMIN"] },
  pidMode: "host",
  mounts: [{ type: "bind", source: "/var/run", target: "/host" }],
  readOnly: false,
  user: "root",
  logOpts: {},
  ports: [{ internal: 80, external: 8080, ip: "0.0.0.0" }],
  envs: ["DATABASE_PASSWORD=hunter2222"],
};

/** A program in terms of what the engine is to see; `github` is the provider below. */
const program = (body: string): string => `
import * as pulumi from "@pulumi/pulumi";
import * as docker from "@pulumi/docker";
import { local } from "@pulumi/command";
class Within extends pulumi.ComponentResource { constructor(type, name) { super(type, name); } }
class Slot extends pulumi.ComponentResource { constructor(name, args) { super("sluice:docker:ServiceSlot", name, args); } }
class Environment extends pulumi.CustomResource {
  constructor(name, args) { super("github:index/repositoryEnvironment:RepositoryEnvironment", name, args); }
}
const provider = new docker.Provider("engine", { host: "unix:///srv/engine.sock" });
const container = (name, args, parent) => new docker.Container(name, args, { provider, parent });
${body}
`;
const violating = program(`
container("bad", ${JSON.stringify(bad)});
const gateway = new Within("sluice:gateway:Gateway", "gateway");
container("nginx", ${JSON.stringify(good)}, gateway);
const route = new Within("sluice:gateway:ServiceRoute", "route");
const init = "'/srv/sluice/bin/sluice-host' 'service-init' 'org1.web' '10' '30'";
new local.Command("routed", { create: init, update: init, stdin: "server web:80;\\nserver 127.0.0.1:1;" }, { parent: route });
new local.Command("settled", { create: "/srv/sluice/bin/sluice-host settle org1.web 1 blue", triggers: [1] });
new Environment("prod", { repository: "web", environment: "prod", reviewers: [{ users: [1] }] });
new Slot("undecided", { environment: "dev", service: "org1/web", revision: "sha256:aa", image: "${digest}" });
const hidden = new local.Command("hidden", { create: "true", environment: { WORD: pulumi.secret("open sesame") } });
new local.Command("told", { create: "echo 'open sesame'" }, { dependsOn: [hidden] });
`);
const early = program(`
const told = new local.Command("told", { create: "echo 'open sesame'" });
new local.Command("hidden", { create: "true", environment: { WORD: pulumi.secret("open sesame") } }, { dependsOn: [told] });
`);
const clean = program(`
container("good", { ...${JSON.stringify(good)}, envs: [pulumi.interpolate\`PASSWORD=\${pulumi.secret("hunter2222")}\`] });
const hidden = new local.Command("hidden", { create: "true", environment: { WORD: pulumi.secret("open sesame") } });
new local.Command("told", { create: pulumi.interpolate\`echo '\${pulumi.secret("open sesame")}'\` }, { dependsOn: [hidden] });
`);
const unknown = program(`
const made = new local.Command("made", { create: "echo web" });
container("bad", { ...${JSON.stringify(good)}, image: made.stdout });
`);

/** A provider of any type that has nothing to say, as an executable in the project. */
const github = `#!/usr/bin/env node
import provider from "@pulumi/pulumi/provider/index.js";
provider.main({ version: "6.15.0", schema: "{}", check: async (_, __, inputs) => ({ inputs }), diff: async () => ({ changes: false }) }, process.argv.slice(2));
`;

const pack = `--policy-pack=${import.meta.dirname}`;
let project: Project;
beforeAll(async () => {
  project = await Project.create({ "stacks/index.ts": clean, "bin/pulumi-resource-github": github });
  chmodSync(join(project.folder, "bin", "pulumi-resource-github"), 0o755);
});
afterAll(() => project.remove());

const preview = (text: string, env: Record<string, string> = {}, ...args: string[]): Promise<Ended> => {
  project.write({ "stacks/index.ts": text });
  const path = `${join(project.folder, "bin")}:${project.env["PATH"] ?? ""}`;
  return project.pulumiWith({ PATH: path, ...env }, "preview", pack, ...args);
};
const withConfig = (text: string): Record<string, string> => {
  project.write({ "policy.yaml": text });
  return { SLUICE_POLICY_CONFIG: join(project.folder, "policy.yaml") };
};

/** Settings of dev by which decisions are signed. */
const signingDev = (): Record<string, string> => {
  const trusted = { dev: [testKey().publicBase64] };
  project.write({ "config/dev.yaml": JSON.stringify({ signing: { key: { secret: { env: "KEY" } }, trusted } }) });
  return { SLUICE_CONFIG_DIR: join(project.folder, "config") };
};

describe("the policy pack on a real engine", () => {
  it("lets a stack pass that keeps every rule", async () => {
    const { code, output } = await preview(clean);
    expect(output).not.toContain("[mandatory]");
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  it("stops a stack that breaks every rule, at preview, and names all of it but no secret", async () => {
    const { code, output } = await preview(violating, signingDev(), "--stack=dev");
    expect(code).not.toBe(0);
    const broken = rules.map(({ name }) => name).filter((name) => !output.includes(`[mandatory]  ${name}  `));
    // Only the stack of a service makes a gateway a side effect.
    expect(broken).toEqual(["gateway-kept"]);
    expect(output).toContain("bad (docker:index/container:Container): user: expected a user other than root");
    expect(output).toContain("undecided (sluice:docker:ServiceSlot): decision: expected the gates' signed decision");
    expect(output).toContain("told (command:local:Command): create: expected a Pulumi secret here too");
    expect(output).not.toMatch(/hunter2222|found.*open sesame/);
    expect((await project.pulumi("stack", "--show-urns")).output).toContain("Current stack resources (0)");
  });

  it("stops what is secret in a later resource", async () => {
    const { code, output } = await preview(early);
    expect(code).not.toBe(0);
    expect(output).toContain("[mandatory]  secret-kept-throughout  ");
    expect(output).toContain("told (command:local:Command): create: expected a Pulumi secret here too");
    expect(output).not.toMatch(/found.*open sesame/);
  });

  it("stops a gateway in the stack of a service", async () => {
    await project.pulumi("stack", "init", "dev.org1.web");
    const { code, output } = await preview(violating, {}, "--stack=dev.org1.web");
    expect(code).not.toBe(0);
    expect(output).toContain("nginx (docker:index/container:Container): urn: expected the environment's own, dev");
    await project.pulumi("stack", "select", "dev");
  });

  it("stops what a rule needs and nobody knows at preview", async () => {
    const { code, output } = await preview(unknown);
    expect(code).not.toBe(0);
    expect(output).toContain("[mandatory]  container-image-pinned  ");
    expect(output).toContain("bad (docker:index/container:Container): image: expected one that is known");
    expect(output).not.toContain("[advisory]");
  });

  it("takes thresholds and exceptions from its configuration, until the day when they expire", async () => {
    const text = program(`container("root", { ...${JSON.stringify(good)}, user: "root", cpus: "2" });`);
    const today = new Date().toISOString().slice(0, 10);
    const config = (granted: string, expires: string, cpus: number) => `
rules: { container-limits: { maxCpus: ${cpus} } }
exceptions:
  - { rule: container-user, resource: "docker:index/container:Container::root", reason: "until 2.0", approver: ann, granted: ${granted}, expires: ${expires} }
`;
    expect(await preview(text, withConfig(config(today, today, 2)))).toMatchObject({ code: 0 });
    const { code, output } = await preview(text, withConfig(config("2019-12-31", "2020-01-01", 1)));
    expect(code).not.toBe(0);
    expect(output).toContain("the exception that ann approved (until 2.0) expired on 2020-01-01");
    expect(output).toContain("cpus: expected a limit of at most 1 cores, found 2 cores");
  });

  it("fails on a configuration that is wrong, and names all of it", async () => {
    const { code, output } = await preview(
      clean,
      withConfig("rules: { container-usr: {} }\nexceptions: [{ rule: nope }]\n"),
    );
    expect(code).not.toBe(0);
    expect(output).toMatch(/rules: .*container-usr/);
    expect(output).toContain("exceptions.0.rule: expected the name of a rule");
  });

  it("takes Pulumi's own configuration of packs too, and checks it", async () => {
    const text = program(`container("fast", { ...${JSON.stringify(good)}, cpus: "2" });`);
    const given = (limits: object): string => {
      project.write({ "given.json": JSON.stringify({ "container-limits": limits }) });
      return `--policy-pack-config=${join(project.folder, "given.json")}`;
    };
    const strict = await preview(text, {}, given({ maxCpus: 1 }));
    expect(strict.output).toContain("[mandatory]  container-limits  ");
    const wrong = await preview(text, {}, given({ maxCpus: "one" }));
    expect(wrong.code).not.toBe(0);
    expect(wrong.output).toContain("container-limits: maxCpus: Invalid type");
  });
});
