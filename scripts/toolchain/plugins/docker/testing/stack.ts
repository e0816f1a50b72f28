import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";

export interface TestStack {
  /** The stack with this program; its state lasts from one program to the next. */
  with(program: PulumiFn): Promise<Stack>;
  remove(): void;
}

/** A stack on the real engine, whose Docker plugin is this one. The engine is `SLUICE_PULUMI`, or the one on PATH. */
export async function testStack(): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-stack-"));
  for (const name of ["bin", "state", "work"]) mkdirSync(join(folder, name));
  const engine = process.env["SLUICE_PULUMI"] ?? execFileSync("which", ["pulumi"], { encoding: "utf8" }).trim();
  symlinkSync(engine, join(folder, "bin/pulumi"));
  const plugin = join(folder, "bin/pulumi-resource-docker");
  const main = join(import.meta.dirname, "../main.ts");
  writeFileSync(plugin, `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${main}" "$@"\n`);
  chmodSync(plugin, 0o755);
  const pulumiCommand = await PulumiCommand.get({ root: folder, skipVersionCheck: true });
  const envVars = {
    PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const options = { pulumiCommand, workDir: join(folder, "work"), envVars };
  return {
    with: (program) => LocalWorkspace.createOrSelectStack({ stackName: "test", projectName: "test", program }, options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
