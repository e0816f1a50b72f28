import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Step {
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
      { readonly "runs-on": readonly string[]; readonly "timeout-minutes"?: number; readonly steps: Step[] }
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
