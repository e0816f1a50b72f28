import { execa } from "execa";
import { Command } from "commander";
import { exportLines } from "../cli/exports.ts";
import { home } from "../compose.ts";
import { ensureToolchain } from "../toolchain/env.ts";

/** Pulumi from the shell, with the engine, plugins and language host that Sluice uses itself. */
export function pulumiCommandLine(): Command {
  return new Command("pulumi")
    .description("run Pulumi itself with the toolchain that Sluice uses, e.g. `sluice pulumi preview -s local`")
    .argument("[arguments...]")
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action(async (args: string[]) => {
      const { pulumi, env } = await ensureToolchain();
      const ran = await execa(pulumi.command, args, { cwd: home, env, stdio: "inherit", reject: false });
      process.exitCode = ran.exitCode ?? 3;
    });
}

/** The same toolchain for a whole shell: `eval "$(sluice env)"`. */
export function envCommand(): Command {
  return new Command("env")
    .description('shell lines that put the toolchain on PATH: eval "$(sluice env)"')
    .action(async () => {
      const { env } = await ensureToolchain();
      const changed = Object.entries(env).filter(([name, value]) => process.env[name] !== value);
      process.stdout.write(`${exportLines(Object.fromEntries(changed)).join("\n")}\n`);
    });
}
