import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../model/errors.ts";
import { parseSettings, readSettings } from "./load.ts";

const file = "stacks/config/dev.yaml";
const minimal = `
environment: dev
ledger: { kind: sqlite, file: ~/ledger.db }
hosts:
  host-a:
    engine: { kind: unix }
    shell: { kind: local }
services:
  org1/react-ui:
    image: example.com/org1/react-ui
    ports: { blue: 3101, green: 3102 }
    container: { port: 8080 }
`;

/** What is said about a text, a line for each problem; empty when nothing is wrong. */
function problems(text: string, name = file): string[] {
  try {
    parseSettings(text, name);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.issues.map(({ key, message }) => `${key}: ${message}`);
  }
}

function edited(from: string | RegExp, to: string): string {
  const text = minimal.replace(from, to);
  expect(text).not.toBe(minimal);
  return text;
}

describe("parseSettings", () => {
  it("fills in every default", () => {
    const { services, sites, hosts, versions, registries } = parseSettings(minimal, file);
    expect(hosts["host-a"]).toEqual({
      engine: { kind: "unix", socket: "/var/run/docker.sock" },
      shell: { kind: "local" },
      root: "/datadisk",
      network: "bridge",
      address: "127.0.0.1",
      gateway: { kind: "container", binary: "nginx", statusPort: 9180, drainSeconds: 30, logMaxMegabytes: 100 },
    });
    expect(sites).toEqual({ default: { serverNames: ["_"], address: "all", port: 80 } });
    expect({ versions, registries }).toEqual({ versions: { patchLimit: 9, minorLimit: 9 }, registries: [] });
    expect(services["org1/react-ui"]?.health).toMatchObject({ tries: 30, intervalSeconds: 10 });
    expect(services["org1/react-ui"]?.strategy).toMatchObject({
      kind: "blue-green",
      watch: { seconds: 300, maxErrorPercent: 5, maxP95Milliseconds: 2000 },
    });
  });

  it("names every problem at once, of YAML, schema and rules, by key and line", () => {
    const text = `environment: prod
ledger: { kind: sqlite, file: ledger.db }
hosts:
  host-a:
    engin: { kind: unix }
    shell: { kind: local }
    network: host
    network: host
  host-b:
    engine: { kind: ssh }
    shell: { kind: local }
services:
  org1/react-ui:
    image: example.com/org1/react-ui:1.0.0
    ports: { blue: 70000, green: "3102" }
    health: { readiness: { expect: { checks.cache: [] } } }
  org2/api:
    image: example.com/org2/api
    hosts: [host-b, host-c]
    ports: { blue: 3201, green: 3202 }
    container: { prot: 80, environment: { DEBUG: 1, "A B": x } }
    health: { smoke: [{ path: /, body: "(a+)+" }] }
`;
    expect(problems(text)).toEqual([
      'environment: expected "dev" as the file is called, found "prod" (line 1)',
      'ledger.file: expected an absolute path, or one that starts with ~/, without a slash at its end, found "ledger.db" (line 2)',
      "hosts.host-a.engine: expected a mapping, found nothing (line 4)",
      'hosts.host-a.engin: unknown key; did you mean "engine"? (line 5)',
      "hosts.host-a.network: this key stands twice in one mapping (line 8)",
      'hosts.host-b.engine.kind: expected "unix" or "tcp", since the host\'s shell is not of kind "ssh", found "ssh" (line 10)',
      "services.org1/react-ui.container.port: expected the port that the program listens on, since host-b has a bridge network, found nothing (line 13)",
      'services.org1/react-ui.image: expected an image repository without tag or digest, e.g. ghcr.io/org1/react-ui, found "example.com/org1/react-ui:1.0.0" (line 14)',
      "services.org1/react-ui.ports.blue: expected a number of at most 65535, found 70000 (line 15)",
      "services.org1/react-ui.ports.green: expected a number, found a text (line 15)",
      'services.org1/react-ui.health.readiness.expect["checks.cache"]: expected a text or a number or true or false, found a list (line 16)',
      'services.org2/api.route.path: expected a path of its own on site "default", found "/", which org1/react-ui has (line 17)',
      'services.org2/api.hosts[1]: found "host-c", which is not among `hosts`; did you mean "host-a"? (line 19)',
      "services.org2/api.container.environment.DEBUG: expected a text (numbers in quotes) or { secret: ... }, found a number (not shown) (line 21)",
      'services.org2/api.container.environment["A B"]: expected the name of an environment variable, found the key ["A B"] (line 21)',
      'services.org2/api.container.prot: unknown key; did you mean "port"? (line 21)',
      'services.org2/api.health.smoke[0].body: expected a regular expression without a repetition inside a repeated group, found "(a+)+" (line 22)',
    ]);
  });

  it("checks rules between the parts that are right, whatever is wrong beside them", () => {
    const text = edited("green: 3102", "green: 3101").replace("engine:", "nothing: 1\n    engine:");
    expect(problems(text)).toEqual([
      "hosts.host-a.nothing: unknown key; expected one of engine, shell, root, network, address, gateway, exporter (line 6)",
      "services.org1/react-ui.ports.green: expected a port that is free on 127.0.0.1, found 3101: services.org1/react-ui.ports.blue has it (line 12)",
    ]);
  });

  const wrongImage = "image: example.com/org1/react-ui:1.0.0";
  const image =
    'services.org1/react-ui.image: expected an image repository without tag or digest, e.g. ghcr.io/org1/react-ui, found "example.com/org1/react-ui:1.0.0" (line 10)';
  const inService = (key: string, message: string) => `services.org1/react-ui.${key}: ${message} (line 12)`;

  it.each<[string, string, readonly string[]]>([
    [
      "a part that is right beside one that is wrong",
      "strategy: { drainSeconds: soon, watch: { seconds: 5 } }",
      [
        inService("strategy.drainSeconds", "expected a number, found a text"),
        inService("strategy.watch.intervalSeconds", "expected at most the 5 s of the watch, found 10"),
      ],
    ],
    [
      "no part that a rule can't do without",
      "strategy: { watch: { seconds: long, intervalSeconds: 20 } }",
      [inService("strategy.watch.seconds", "expected a number, found a text")],
    ],
    [
      "another rule on the same part",
      "strategy: { watch: { seconds: long, intervalSeconds: 30 } }",
      [
        inService("strategy.watch.seconds", "expected a number, found a text"),
        inService(
          "strategy.watch.intervalSeconds",
          "expected less than the lease (leaseTicks 3 x tickSeconds 10 = 30 s), found 30",
        ),
      ],
    ],
    [
      "no default of what is misspelt",
      "strategy: { watch: { secnds: 600, intervalSeconds: 310 }, leaseTicks: 30, tickSeconds: 10 }",
      [
        inService("strategy.watch.secnds", 'unknown key; did you mean "seconds"?'),
        inService(
          "strategy.watch.intervalSeconds",
          "expected less than the lease (leaseTicks 30 x tickSeconds 10 = 300 s), found 310",
        ),
      ],
    ],
    [
      "no default of a whole part that is misspelt",
      "rout: { path: /one, streaming: [/two] }",
      [inService("rout", 'unknown key; did you mean "route"?')],
    ],
    [
      "no list with a wrong item",
      "strategy: { canary: { steps: [{ percent: 50 }, { percent: 20 }, { percent: x }] } }",
      [inService("strategy.canary.steps[2].percent", "expected a number, found a text")],
    ],
  ])("judges of a service that is wrong elsewhere %s", (_what, line, expected) => {
    const text = edited(/image: .*/, wrongImage).replace("    container:", `    ${line}\n    container:`);
    expect(problems(text)).toEqual([image, ...expected]);
  });

  it("judges nothing by the defaults of a part that isn't a mapping", () => {
    expect(problems(edited("{ port: 8080 }", "[8080]"))).toEqual([
      "services.org1/react-ui.container: expected a mapping, found a list (line 12)",
    ]);
  });

  it("judges one service by what is right of another", () => {
    const text = edited(/image: .*/, wrongImage).concat(
      "  org1/two: { image: two, ports: { blue: 3102, green: none }, container: { port: 1 } }\n",
      "  org1/three: { image: three, ports: { blue: 3102, green: 3104 }, route: { path: /three }, container: { port: 1 } }\n",
    );
    expect(problems(text)).toEqual([
      image,
      "services.org1/two.ports.green: expected a number, found a text (line 13)",
      'services.org1/two.route.path: expected a path of its own on site "default", found "/", which org1/react-ui has (line 13)',
      "services.org1/three.ports.blue: expected a port that is free on 127.0.0.1, found 3102: services.org1/react-ui.ports.green has it (line 14)",
    ]);
  });

  it("blames a host that is wrong once, and not again where it is named", () => {
    expect(
      problems(edited("{ kind: local }", "{ kind: lokal }").replace("ports:", "hosts: [host-a]\n    ports:")),
    ).toEqual(['hosts.host-a.shell.kind: expected "local" or "ssh", found "lokal" (line 7)']);
  });

  it.each([
    ["", ": expected settings, found an empty file (line 1)"],
    ["# only a comment\n", ": expected settings, found an empty file (line 1)"],
    ["- a\n- b\n", ": expected a mapping, found a list (line 1)"],
    ["hello", ": expected a mapping, found a text (line 1)"],
  ])("refuses %j", (text, problem) => expect(problems(text)).toEqual([problem]));

  it.each([
    ["a: 1\n b: 2\n", /not YAML: .* \(line 1\)$/],
    ["a: [1, 2\nb: 3\n", /not YAML: .* \(line \d\)$/],
    ["a: *missing\n", /expected an anchor for every alias: .*missing/],
    ["a: !secret x\n", /a plain value that starts with ! must be quoted \(line 1\)$/],
    ["a: 1\n---\nb: 2\n", /not YAML: .* \(line \d\)$/],
    ["\ta: 1\n", /not YAML: .*/],
    [
      `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [${"*a, ".repeat(9)}*a]\nc: [${"*b, ".repeat(20)}*b]\n`,
      /fewer aliases/,
    ],
  ])("says of %j where it isn't YAML", (text, problem) => {
    const found = problems(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join("\n")).toMatch(problem);
  });

  it("gives the line of a value that an anchor brought", () => {
    const text = `${minimal}  org1/other: { image: other, ports: &ports { blue: 0, green: 3302 }, route: { path: /o }, container: { port: 1 } }
  org1/third: { image: third, ports: *ports, route: { path: /t }, container: { port: 1 } }
`;
    expect(problems(text)).toEqual([
      "services.org1/other.ports.blue: expected a number of at least 1, found 0 (line 13)",
      "services.org1/third.ports.blue: expected a number of at least 1, found 0 (line 13)",
    ]);
  });

  it("takes anchors and merged mappings", () => {
    const text = minimal
      .replace("org1/react-ui:", "org1/react-ui: &one")
      .concat("  org2/react-ui:\n    <<: *one\n    ports: { blue: 3201, green: 3202 }\n    route: { path: /two }\n");
    const { services } = parseSettings(text, file);
    expect(services["org2/react-ui"]).toEqual({
      ...services["org1/react-ui"],
      ports: { blue: 3201, green: 3202 },
      route: { ...services["org1/react-ui"]?.route, path: "/two" },
    });
  });

  it.each([
    ["registries: [{ address: r.example.com, username: u, password: VALUE }]", "registries[0].password"],
    [
      "registries: [{ address: r.example.com, username: u, password: { secret: VALUE } }]",
      "registries[0].password.secret",
    ],
    [
      "registries: [{ address: 'https://u:VALUE@r.example.com', username: u, password: { secret: { env: A } } }]",
      "registries[0].address",
    ],
    ["versions: { patchLimit: VALUE }", "versions.patchLimit"],
    ["sites: { default: { serverNames: ['VALUE!'] } }", "sites.default.serverNames[0]"],
  ])("never shows what may be a secret: %s", (line, key) => {
    const token = fc.string({ minLength: 20, maxLength: 40, unit: fc.constantFrom(..."abcdefghXYZ0123456789") });
    fc.assert(
      fc.property(token, (letters) => {
        const value = `a1${letters}`;
        const found = problems(`${minimal}${line.replace("VALUE", value)}\n`);
        expect(found.some((problem) => problem.startsWith(`${key}: expected`))).toBe(true);
        expect(found.join("\n")).not.toContain(value);
      }),
      { numRuns: 20 },
    );
  });
});

describe("readSettings", () => {
  const remote = minimal
    .replace(
      "{ kind: local }",
      "{ kind: ssh, host: 127.0.0.1, privateKey: { secret: { file: ~/key } }, hostKey: ~/host.pub }",
    )
    .replace("{ kind: unix }", "{ kind: unix, socket: ~/docker.sock }");
  const read = (files: Record<string, string>) =>
    readSettings(
      "dev",
      "config",
      (path) => {
        const text = files[path];
        if (text === undefined) throw new Error(`no such file: ${path}`);
        return text;
      },
      "/home/me",
    );

  it("finds the home folder for paths, but not for secrets, and the key in a host key's file", async () => {
    const { ledger, hosts } = await read({ "config/dev.yaml": remote, "/home/me/host.pub": "ssh-ed25519 AAAA me\n" });
    expect(ledger).toEqual({ kind: "sqlite", file: "/home/me/ledger.db" });
    expect(hosts["host-a"]?.engine).toEqual({ kind: "unix", socket: "/home/me/docker.sock" });
    expect(hosts["host-a"]?.shell).toMatchObject({
      hostKey: "ssh-ed25519 AAAA me",
      privateKey: { secret: { file: "~/key" } },
    });
  });

  it.each([
    [{}, "config/dev.yaml", "", "expected the environment's settings in this file: no such file: config/dev.yaml"],
    [
      { "config/dev.yaml": remote },
      "config/dev.yaml: host keys that can't be used",
      "hosts.host-a.shell.hostKey",
      "expected a public key file that can be read: no such file: /home/me/host.pub",
    ],
    [
      { "config/dev.yaml": remote, "/home/me/host.pub": "-----BEGIN OPENSSH PRIVATE KEY-----" },
      "config/dev.yaml: host keys that can't be used",
      "hosts.host-a.shell.hostKey",
      "expected one public key line in /home/me/host.pub, found something else",
    ],
  ])("says which file is missing or wrong (%#)", async (files, what, key, message) => {
    await expect(read(files as Record<string, string>)).rejects.toEqual(new InputError(what, [{ key, message }]));
  });
});
