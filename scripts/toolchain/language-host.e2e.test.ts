import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { Project } from "./testing/project.ts";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { greet } from "./greet.ts";

interface Inputs { text: pulumi.Input<string> }

class Note extends pulumi.dynamic.Resource {
  declare readonly text: pulumi.Output<string>;
  constructor(name: string, args: Inputs) {
    super(
      {
        create: async ({ text }) => ({ id: "1", outs: { text: text + " (created)" } }),
        diff: async (_id, { text: old }, { text }) => ({ changes: !old.startsWith(text) }),
        update: async (_id, _olds, { text }) => ({ outs: { text: text + " (updated)" } }),
      },
      name,
      { ...args },
    );
  }
}

const config = new pulumi.Config();
export const greeting = greet(config.require("who"));
export const token = config.requireSecret("token");
export const note = new Note("note", { text: config.require("who") }).text;
export const dryRun = pulumi.runtime.isDryRun();
`;
const GREET = "export const greet = (who: string): string => `hello ${who}`;\n";

let project: Project;
afterEach(() => project.remove());

async function create(program: string): Promise<void> {
  project = await Project.create({ "stacks/index.ts": program, "stacks/greet.ts": GREET });
}

/** Processes whose command line names a text. */
function running(text: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
    } catch {
      return false; // It has just ended.
    }
  });
}

async function untilNothingRuns(text: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (running(text).length > 0 && Date.now() < deadline) await sleep(100);
  expect(running(text)).toEqual([]);
}

describe("pulumi from a shell", () => {
  it("runs an ESM TypeScript program through its life: up, preview, change, destroy", async () => {
    await create(PROGRAM);
    await project.pulumi("config", "set", "who", "world");
    await project.pulumi("config", "set", "--secret", "token", "s3cret");

    const up = await project.pulumi("up", "--yes");
    expect(up).toMatchObject({ code: 0 });
    expect(up.output).toContain("+ 2 created");
    expect(up.output).not.toContain("s3cret");
    const outputs = await project.pulumi("stack", "output", "--json", "--show-secrets");
    expect(JSON.parse(outputs.output)).toEqual({
      ...{ greeting: "hello world", token: "s3cret", note: "world (created)", dryRun: false },
    });

    expect(await project.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });

    await project.pulumi("config", "set", "who", "moon");
    expect((await project.pulumi("preview", "--expect-no-changes")).code).not.toBe(0);
    expect((await project.pulumi("up", "--yes")).output).toContain("~ 1 updated");
    expect((await project.pulumi("stack", "output", "note")).output.trim()).toBe("moon (updated)");

    const destroy = await project.pulumi("destroy", "--yes");
    expect(destroy).toMatchObject({ code: 0 });
    expect(destroy.output).toContain("- 2 deleted");
  });

  it("shows the message of a program that throws, and fails", async () => {
    await create('throw new Error("the shop is closed");');
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.code).not.toBe(0);
    expect(up.output).toContain("the shop is closed");
  });

  it("shows where a program's syntax is wrong, and fails", async () => {
    await create("export const = 1;");
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.code).not.toBe(0);
    expect(up.output).toMatch(/stacks\/index\.ts|SyntaxError|Unexpected token/);
  });

  it("says that a program which ended by itself has failed", async () => {
    await create("process.exit(9);");
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.code).not.toBe(0);
    expect(up.output).toContain("Program exited with non-zero exit code: 9");
  });

  it("names every wrong runtime option", async () => {
    await create("export const a = 1;");
    project.write({
      "Pulumi.yaml":
        "name: shop\nmain: stacks/\nruntime:\n  name: nodejs\n  options:\n    typescript: maybe\n    nodeargs: 3\n",
    });
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.code).not.toBe(0);
    expect(up.output).toContain("runtime option typescript: expected true or false");
    expect(up.output).toContain("runtime option nodeargs: expected a text");
  });
});

const WAITS = `
process.on("SIGINT", () => { console.log("tidying up"); setTimeout(() => { console.log("tidied"); process.exit(1); }, 300); });
console.log("at work");
await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

describe("a program that is stopped", () => {
  it("finishes its clean-up on Ctrl-C, and leaves neither process nor lock", async () => {
    await create(WAITS);
    const up = project.start("up", "--yes", "--skip-preview");
    await up.said("at work");
    up.interrupt();
    const { code, output } = await up.ended;
    expect(code).not.toBe(0);
    expect(output).toContain("tidied");
    await untilNothingRuns(project.folder, 5_000);
    project.write({ "stacks/index.ts": "export const a = 1;" });
    expect(await project.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  });

  it("ends with an engine that was killed", async () => {
    await create(WAITS);
    const up = project.start("up", "--yes", "--skip-preview");
    await up.said("at work");
    up.kill();
    await untilNothingRuns(project.folder, 15_000);
  });
});
