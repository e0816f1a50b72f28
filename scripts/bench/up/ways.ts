import { execa } from "execa";
import { LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { join } from "node:path";
import { openLedger } from "../../../infra/adapters/ledger/index.ts";
import { isUnchanged, pulumiEngine } from "../../../infra/adapters/pulumi.ts";
import { secretsFrom } from "../../../infra/adapters/secrets.ts";
import { declareStack } from "../../../stacks/program.ts";
import type { World } from "../../../stacks/testing/world.ts";
import { pulumiCommand } from "../../toolchain/env.ts";

/** A way of bringing up a stack that has nothing to change; throws when it changed something. */
export interface Way {
  readonly name: string;
  up(): Promise<void>;
}

export const emptyStack = "local.empty";

/** The program of a stack, as the driver has it; of one that declares nothing. */
function programOf(world: World, stack: string): PulumiFn {
  if (stack === emptyStack) return () => Promise.resolve({});
  return async () => {
    const { resolve } = secretsFrom(world.variables);
    const settings = await world.settings();
    const ledger = await openLedger(settings.ledger, { resolve, readOnly: true });
    try {
      return { ...(await declareStack(stack, { settings, ledger, resolve })) };
    } finally {
      await ledger.close();
    }
  };
}

/** The Automation API's own `up`: no preview, no plan. */
export async function automation(world: World, stack: string): Promise<Way> {
  const args = { stackName: stack, projectName: "sluice", program: programOf(world, stack) };
  const opened = await LocalWorkspace.createOrSelectStack(args, {
    pulumiCommand: await pulumiCommand(),
    envVars: world.variables,
    workDir: world.ownCheckout,
  });
  if (stack === emptyStack) await opened.up({ color: "never", showSecrets: false });
  return {
    name: "Automation API up",
    up: async () => {
      const { summary } = await opened.up({ color: "never", showSecrets: false });
      expectUnchanged(stack, summary.resourceChanges ?? {});
    },
  };
}

/** The driver's `up`: a preview, and the plan that it saved. */
export async function driver(world: World, stack: string): Promise<Way> {
  const engine = pulumiEngine({
    command: await pulumiCommand(),
    env: world.variables,
    workDir: world.ownCheckout,
    project: "sluice",
    notes: join(world.folder, "notes"),
    program: (name) => programOf(world, name),
  });
  return {
    name: "driver's up (preview, plan, up)",
    up: async () => expectUnchanged(stack, await engine.up(stack)),
  };
}

/** A person's `sluice up`: the whole command. */
export function command(world: World, service: string): Way {
  const main = join(world.ownCheckout, "scripts", "main.ts");
  return {
    name: "sluice up, the whole command",
    up: async () => {
      await execa(process.execPath, [main, "up", "local", service], { env: world.variables, cwd: world.ownCheckout });
    },
  };
}

/** A person's `pulumi up`, through the language host. */
export function shell(world: World, stack: string): Way {
  return {
    name: "pulumi up --skip-preview",
    up: async () => {
      await world.shell(["up", "-s", stack, "--yes", "--skip-preview", "--expect-no-changes"]);
    },
  };
}

function expectUnchanged(stack: string, changes: Readonly<Record<string, number>>): void {
  if (!isUnchanged(changes)) throw new Error(`${stack} was to have nothing to change: ${JSON.stringify(changes)}`);
}
