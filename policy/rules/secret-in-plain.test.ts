import { describe, expect, it } from "vitest";
import { marksOf } from "../secret-marks.ts";
import { judge, resource, UNKNOWN } from "../testing/judge.ts";
import { secretInPlain as rule } from "./secret-in-plain.ts";

const expected = "a Pulumi secret: in settings { secret: { env: NAME } } or { secret: { file: PATH } }";
// Put together here, so that nobody's scanner takes this file for a leak.
const github = `ghp${"_"}wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx`;
const aws = `AWS_SECRET_ACCESS_KEY=${"wJalrXUtnFEMI/K7MDENG"}/bPxRfiCYzzzzzzkey1`;
const commit = "8c9f1b2ad04e7735c6f1e2d3a4b59687fedc0a1b";
const hex = ["9c1185a5c5e9", "fc54612808", "977ee8f548"].join("");
const slashed = ["/9j4AAQSkZ", "JRgABAQAAA", "QABAAD/2wBDAAg7Tq"].join("");
const apr = ["$apr1$", "H6uskkkW$", "IgXLP6ewTrSuBkTrqE8wj/"].join("");
const bcrypt = ["$2y$05$", "nqPqGmPpTQ7XwzL3k0R2Ue", "Yx1mQ0nVb8sKc5dJf6gHi7jKlMnOpQr"].join("");
const sha512 = `$6$rounds=5000$${"salt"}$${"aB3dE5gH".repeat(10)}`;
const random = ["Zk3vQ9", "xT1rLw", "8YbN5c", "Gd7HsPj"].join("");

describe(rule.name, () => {
  it.each([
    {},
    { envs: ["HOST=127.0.1.1", "PORT=3101", "PASSWORD_FILE=/run/secrets/password", "TOKEN_SECONDS=3600"] },
    { envs: ["PASSWORD="], environment: { API_KEY: "short" } },
    { envs: ["AUTH_TOKEN=https://auth.example.com/token"] },
    { labels: [{ label: "sluice.revision", value: `sha256:${"0123456789abcdef".repeat(4)}` }] },
    { image: `registry.example.com/org1/react-ui@sha256:${"ab12".repeat(16)}` },
    { command: ["node", "-e", "document.getElementById('root').addEventListener('click', onClick)"] },
    { create: "set -eu\n'/root/.cache/sluice/local/host-a/datadisk/sluice/bin/sluice-host' 'settle' 'org1.web' '3'" },
    { create: "/tmp/sluice-e2e-Ab3dEf/host-a/datadisk/sluice/bin/sluice-host service-init org1.web 1 5" },
    { triggers: [UNKNOWN], networkMode: UNKNOWN },
    { secretName: "DATABASE_PASSWORD" },
    { envs: [`GIT_COMMIT=${commit}`, `IMAGE_DIGEST=${commit}`, `appRevision=${commit}`, `BUILD_SHA=${commit}`] },
    { labels: [{ label: "org.opencontainers.image.revision", value: commit }] },
    { command: ["serve", `registry.example.com/web@sha256:${"0123456789abcdef".repeat(4)}`, `--commit=${commit}`] },
    { envs: ["AUTH_PROVIDER=keycloak-internal", "TOKEN_ISSUER=https://id.example.com", "PRIMARY_KEY=created_at_2"] },
    {
      envs: ["KEY_ID=6f9619ff-8b86-d011-b42d-00cf4fc964ff", "AUTH_MODE=client-credentials", "PASS_THROUGH=everything"],
    },
    { envs: ["TLS_KEY=/etc/ssl/private/wildcard2024.key", "TOKEN=/run/secrets/deployToken", "AUTH=basic"] },
    { envs: ["PUBLIC_KEY=id-ed25519-of-2024", "MONKEY=business-as-usual", "PATTERN=deadbeefdeadbeefdeadbeefdeadbeef"] },
    { stdin: "rewrite ^/(.*)/(.*)$ /$1$2 last; return 302 https://example.com$1$2$is_args$args;" },
  ])("accepts %j", async (properties) => {
    expect(await judge(rule, properties)).toBe("passes");
  });

  it.each<[object, string]>([
    [{ envs: [`ANYTHING=${github}`] }, "envs.0: what looks like GITHUB_TOKEN"],
    [{ secretName: github }, "secretName: what looks like GITHUB_TOKEN"],
    [{ secretNames: "hunter2222" }, "secretNames: a plain value of secretNames"],
    [{ envs: ["A=b", aws] }, "envs.1: what looks like AWSSecretAccessKey"],
    [{ create: `curl -H 'Authorization: ${github}' x` }, "create: what looks like GITHUB_TOKEN"],
    [{ command: ["sh", "-c", `# secretlint-disable\necho ${github}`] }, "command.2: what looks like GITHUB_TOKEN"],
    [{ labels: [{ label: "note", value: github }] }, "labels.0.value: what looks like GITHUB_TOKEN"],
    [{ connection: { user: "me", note: github } }, "connection.note: what looks like GITHUB_TOKEN"],
    [{ envs: [`DD_KEY=${hex}`] }, "envs.0: a plain value of DD_KEY"],
    [{ envs: [`DD_KEY=${hex.toUpperCase()}`] }, "envs.0: a plain value of DD_KEY"],
    [{ envs: [`MODE=${hex}`] }, "envs.0: a random word"],
    [{ labels: [{ label: "note", value: hex }] }, "labels.0.value: a random word"],
    [{ envs: [`AUTH_CLIENT=${hex}`] }, "envs.0: a plain value of AUTH_CLIENT"],
    [{ envs: ["BASIC_AUTH=admin:hunter2222"] }, "envs.0: a plain value of BASIC_AUTH"],
    [{ envs: ["SESSION_KEYS=correct-horse-battery"] }, "envs.0: a plain value of SESSION_KEYS"],
    [{ envs: ["SMTP_PASS=hunter2222"] }, "envs.0: a plain value of SMTP_PASS"],
    [{ envs: ["TOKEN=/hunter2222"] }, "envs.0: a plain value of TOKEN"],
    [{ envs: [`TOKEN=${slashed}`] }, "envs.0: a plain value of TOKEN"],
    [{ create: `agent --api-key=${hex.slice(0, 20)} run` }, "create: a plain value of api-key"],
    [
      { labels: [{ label: "traefik.users", value: `admin:${apr}` }] },
      "labels.0.value: what looks like the hash of a password",
    ],
    [
      { labels: [{ label: "users", value: `a:${apr.replaceAll("$", "$$$$")}` }] },
      "labels.0.value: what looks like the hash of a password",
    ],
    [{ envs: [`USERS=admin:${bcrypt}`] }, "envs.0: what looks like the hash of a password"],
    [{ stdin: `admin:${sha512}\n` }, "stdin: what looks like the hash of a password"],
    [{ envs: ["DATABASE_PASSWORD=hunter2222"] }, "envs.0: a plain value of DATABASE_PASSWORD"],
    [{ environment: { apiKey: "k-12345678" } }, "environment.apiKey: a plain value of apiKey"],
    [{ labels: [{ label: "deploy-token", value: "abcd-efgh" }] }, "labels.0.value: a plain value of deploy-token"],
    [{ envs: [`MODE=${random}`] }, "envs.0: a random word"],
    [{ command: ["serve", `--key=${random}`] }, "command.1: a plain value of key"],
    [{ delete: `curl https://example.com/${random}` }, "delete: a random word"],
  ])("refuses %j", async (properties, violation) => {
    const found = await judge(rule, properties);
    expect(found).toEqual([`${violation} | ${expected}`]);
    expect(JSON.stringify(found)).not.toMatch(/wWPw5k4|hunter2222|Zk3vQ9/);
  });

  it("accepts the same where Pulumi keeps it secret", async () => {
    const marks = marksOf(["envs", "connection.privateKey"], []);
    const properties = { envs: [aws, "PASSWORD=hunter2222"], connection: { privateKey: github } };
    expect(await judge(rule, properties, { marks })).toBe("passes");
    expect(await judge(rule, { ...properties, env: github }, { marks })).toHaveLength(1);
  });

  it.each(["envs", "labels", "command", "create", "stdin"])("refuses %s that isn't known yet", async (property) => {
    const unknown = `${property}: a value unknown at preview`;
    expect(await judge(rule, { [property]: UNKNOWN })).toEqual([expect.stringContaining(unknown)]);
  });

  it("takes its thresholds from the configuration", async () => {
    const properties = { envs: ["PASSWORD=hunter2222", `MODE=${random}`] };
    const config = { minLengthNamed: 11, minEntropy: 6 };
    expect(await judge(rule, properties, { config })).toBe("passes");
    expect(await judge(rule, properties, { config: { minEntropyNamed: 6, minLength: 100 } })).toBe("passes");
    expect(await judge(rule, properties, { config: { ignored: ["envs.0", "envs.1"] } })).toBe("passes");
  });

  it("refuses everything where nobody said what is secret", async () => {
    const outcome = await rule.judge({ ...resource({}), marks: undefined }, {});
    expect(outcome).toMatchObject({
      kind: "violated",
      violations: [{ found: "no word on which of them are secrets" }],
    });
  });
});
