import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { ensureToolchain } from "../../env.ts";
import type { PROVIDERS } from "../../shim-scripts.ts";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";

export interface TestStack {
  readonly folder: string;
  /** The stack with this program; its state lasts from one program to the next. */
  with(program: PulumiFn): Promise<Stack>;
  remove(): void;
}

/** A stack on the toolchain's engine with one of the stand-in plugins, run from its sources. */
export async function testStack(plugin: (typeof PROVIDERS)[number]): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${plugin}-`));
  for (const name of ["bin", "state", "work"]) mkdirSync(join(folder, name));
  const { pulumi } = await ensureToolchain();
  symlinkSync(pulumi.command, join(folder, "bin/pulumi"));
  const executable = join(folder, `bin/pulumi-resource-${plugin}`);
  const main = join(import.meta.dirname, "..", plugin, "main.ts");
  writeFileSync(executable, `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${main}" "$@"\n`);
  chmodSync(executable, 0o755);
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
    folder,
    with: (program) => LocalWorkspace.createOrSelectStack({ stackName: "test", projectName: "test", program }, options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
