import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

type Env = Readonly<Record<string, string>>;
interface Step {
  readonly name?: string;
  readonly env?: Env;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly "runs-on": readonly string[];
        readonly "timeout-minutes"?: number;
        readonly env?: Env;
        readonly steps: Step[];
      }
    >
  >;
}

const folder = fileURLToPath(new URL("../.github/workflows/", import.meta.url));
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(`${folder}${name}`, "utf8");
  return { name, text, workflow: parse(text) as Workflow };
});
const workflowOf = (name: string) => workflows.find((one) => one.name === name)?.workflow;

describe.each(workflows)("$name", ({ text, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it("uses actions by commit, with the version that it is of", () => {
    const uses = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("gives no job more than it needs, and no step the token that git would keep", () => {
    const { permissions = {} } = workflow;
    const writes = Object.entries(permissions).filter(([, access]) => access !== "read");
    expect(writes).toEqual(workflow === workflowOf("review.yml") ? [["pull-requests", "write"]] : []);
    for (const job of jobs) expect(job).not.toHaveProperty("permissions");
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with)).toEqual(checkouts.map(() => ({ "persist-credentials": false })));
  });

  it("puts nothing of an expression into a script", () => {
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });

  it("runs on our own runners, for a bounded time, one at a time", () => {
    for (const job of jobs) {
      expect(job["runs-on"]).toEqual(["self-hosted", "cicd"]);
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
    expect(workflow.concurrency?.group).toBeTruthy();
  });
});

describe("the workflows", () => {
  it("never cancel a rollout for another one, of the same service in the same environment", () => {
    expect(workflowOf("deploy.yml")?.concurrency).toEqual({
      group: "deploy-${{ inputs.environment }}-${{ inputs.service }}",
      "cancel-in-progress": false,
    });
  });

  it("run no code of a fork where secrets are", () => {
    expect(workflowOf("review.yml")?.jobs["review"]).toMatchObject({
      if: "github.event.pull_request.head.repo.full_name == github.repository",
    });
  });
});

const settingsOf = (environment: string): unknown =>
  parse(readFileSync(new URL(`../stacks/config/${environment}.yaml`, import.meta.url), "utf8"), { merge: true });

/** Names of the variables that settings read secrets from, but below these keys. */
function secretsIn(settings: unknown, but: readonly string[] = []): readonly string[] {
  if (typeof settings !== "object" || settings === null) return [];
  const { secret } = settings as { secret?: { env?: string } };
  if (secret?.env !== undefined) return [secret.env];
  return Object.entries(settings).flatMap(([key, value]) => (but.includes(key) ? [] : secretsIn(value, but)));
}

describe.each(["dev", "stg", "uat", "prod"])("each secret that the shipped settings of %s name", (environment) => {
  it.each([
    ["deploy.yml", []],
    // They sign nothing.
    ["review.yml", ["signing"]],
    ["drift.yml", ["signing"]],
  ] as const)("is passed on by %s, as it is", (name, but) => {
    const job = Object.values(workflowOf(name)?.jobs ?? {})[0];
    const env = Object.assign({}, job?.env, ...(job?.steps ?? []).map((step) => step.env)) as Env;
    const wanted = secretsIn(settingsOf(environment), but);
    expect(wanted).toContain("REGISTRY_PASSWORD");
    for (const secret of wanted) expect(env[secret], secret).toBe(`\${{ secrets.${secret} }}`);
  });
});

it("drift.yml looks at what is really there", () => {
  const runs = Object.values(workflowOf("drift.yml")?.jobs ?? {}).flatMap(({ steps }) => steps.map(({ run }) => run));
  expect(runs).toContain('npx sluice review "$ENVIRONMENT" --refresh --expect-no-changes');
});

it("what reads stacks alone gets no key to sign by", () => {
  for (const name of ["review.yml", "drift.yml"]) {
    expect(workflows.find((one) => one.name === name)?.text).not.toContain("SIGNING_KEY");
  }
});

describe("deploy.yml", () => {
  const step = Object.values(workflowOf("deploy.yml")?.jobs ?? {})[0]?.steps.find(({ name }) => name === "Roll out");
  const given = { ENVIRONMENT: "prod", SERVICE: "org1/web", VERSION: "1.4.2", STRATEGY: "settings", WAIT: "120" };
  const plain = ["scripts/sluice.mjs", "rollout", "prod", "org1/web", "1.4.2", "--wait", "120"];

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-deploy-"));
    mkdirSync(join(folder, "reports"));
    writeFileSync(join(folder, "node"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the step calls `node` with. */
  async function called(more: Env): Promise<readonly string[]> {
    const empty = Object.fromEntries(Object.keys(step?.env ?? {}).map((name) => [name, ""]));
    const PATH = [folder, process.env["PATH"]].join(delimiter);
    const env = { ...empty, ...given, REPORTS: join(folder, "reports"), ...more, PATH };
    const { stdout } = await execa("bash", ["-e", "-c", step?.run ?? ""], { env, extendEnv: false });
    return stdout.split("\n");
  }

  it("counts whoever runs it again as who asks", () => {
    expect(step?.env?.["SLUICE_ACTOR"]).toBe("${{ github.triggering_actor }}");
  });

  it("rolls out by the settings where nothing more is given", async () => {
    expect(await called({})).toEqual(plain);
  });

  it("passes on strategy, image and commit, whatever is in them", async () => {
    const more = { STRATEGY: "canary", IMAGE: "r/web@sha256:a; exit", COMMIT: "$(id)" };
    const options = ["--strategy", "canary", "--image", more.IMAGE, "--commit", more.COMMIT];
    expect(await called(more)).toEqual([...plain, ...options]);
  });

  it.each([[["scan"]], [["breaking"]], [["scan", "breaking"]]])(
    "passes on the reports that there are: %j",
    async (names) => {
      for (const name of names) writeFileSync(join(folder, "reports", `${name}.json`), "{}");
      const options = names.flatMap((name) => [`--${name}`, join(folder, "reports", `${name}.json`)]);
      expect(await called({})).toEqual([...plain, ...options]);
    },
  );
});
