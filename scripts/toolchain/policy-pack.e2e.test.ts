import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Project } from "./testing/project.ts";

const PACK = {
  "pack/PulumiPolicy.yaml": "runtime: nodejs\nmain: index.js\n",
  "pack/package.json": JSON.stringify({
    name: "pack",
    version: "1.0.0",
    type: "commonjs",
    dependencies: { "@pulumi/policy": "*" },
  }),
  "pack/index.js": `
const { PolicyPack } = require("@pulumi/policy");
const pulumi = require("@pulumi/pulumi");
console.error("the pack judges stack " + pulumi.getStack() + " of " + pulumi.getProject());
new PolicyPack("shop", {
  policies: [{
    name: "stack-output-polite",
    description: "Notes are polite.",
    enforcementLevel: "mandatory",
    validateResource: (args, report) => { if (args.props.text === "rude") report("this note is rude"); },
  }],
});
`,
};
const program = (text: string): string => `
import * as pulumi from "@pulumi/pulumi";
const provider = { create: async (inputs) => ({ id: "1", outs: inputs }) };
new (class extends pulumi.dynamic.Resource {})(provider, "note", { text: "${text}" });
`;

let project: Project;
afterEach(() => project.remove());

describe("a policy pack", () => {
  it("is started with the stack that it judges, lets a good one pass and stops a bad one at preview", async () => {
    project = await Project.create({ ...PACK, "stacks/index.ts": program("kind") });
    const pack = `--policy-pack=${join(project.folder, "pack")}`;

    const good = await project.pulumi("preview", pack);
    expect(good.output).toContain("the pack judges stack dev of shop");
    expect(good).toMatchObject({ code: 0 });

    project.write({ "stacks/index.ts": program("rude") });
    const bad = await project.pulumi("preview", pack);
    expect(bad.code).not.toBe(0);
    expect(bad.output).toContain("this note is rude");
  });

  it("that can't be loaded fails the preview with its own message", async () => {
    const broken = { ...PACK, "pack/index.js": 'throw new Error("the pack is torn");' };
    project = await Project.create({ ...broken, "stacks/index.ts": program("kind") });
    const preview = await project.pulumi("preview", `--policy-pack=${join(project.folder, "pack")}`);
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain("the pack is torn");
  });
});
