import { local } from "@pulumi/command";
import { join } from "node:path";
import { pulumiCommand, toolchainEnv } from "../../../../scripts/toolchain/env.ts";
import { pulumiEngine } from "../../pulumi.ts";

/** `node begin-up.ts <folder> <stack> <file>`: begins a driver's `up` of a command that makes a file and then takes a minute. */
const [folder = "", stack = "", file = ""] = process.argv.slice(2);
const backend = { PULUMI_BACKEND_URL: `file://${join(folder, "state")}`, PULUMI_CONFIG_PASSPHRASE: "one" };
await pulumiEngine({
  command: await pulumiCommand(),
  env: { ...(await toolchainEnv()), ...backend },
  workDir: folder,
  project: "sluice",
  notes: join(folder, "notes"),
  program: () => () => {
    new local.Command("long", { create: `touch ${file}; sleep 60` });
    return Promise.resolve({});
  },
}).up(stack, undefined, () => Promise.resolve());
