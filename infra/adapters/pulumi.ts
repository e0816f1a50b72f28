import {
  type EngineEvent,
  LocalWorkspace,
  type OutputMap,
  type PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { ChangeSummary, EnginePort, Fence } from "../driver/ports.ts";
import { ConflictError } from "../model/errors.ts";
import { type Change, type Changes, changeCollector, isUnchanged } from "./pulumi/changes.ts";
import { DeadLocks } from "./pulumi/dead-locks.ts";
import { markVariable } from "./pulumi/engines.ts";
import { engineFailure, PolicyError } from "./pulumi/errors.ts";
import { inTurn } from "./pulumi/in-turn.ts";
import { oneAtATime } from "./pulumi/one-at-a-time.ts";
import { stoppable } from "./pulumi/stopping.ts";
import { underWay } from "./pulumi/under-way.ts";

export { type Change, type Changes, isUnchanged, PolicyError };

export interface PulumiOptions {
  /** The engine to use; the toolchain knows where it is. */
  readonly command: PulumiCommand;
  /** Environment of the engine: the toolchain's, with backend and passphrase in it. */
  readonly env: Readonly<Record<string, string>>;
  /** The checkout: the folder that holds `Pulumi.yaml`. */
  readonly workDir: string;
  /** Name of the project in `Pulumi.yaml`. */
  readonly project: string;
  /** The program of a stack. What it throws is thrown on by the operation. */
  readonly program: (stack: string) => PulumiFn;
  /**
   * Policy packs that a preview must pass, as paths.
   * @default none
   */
  readonly policyPacks?: readonly string[];
  /** Gets the engine's output, line by line; the engine hides secrets in it. */
  readonly onOutput?: (line: string) => void;
  /** Folder of this machine that notes which stacks its processes have Pulumi change; by it a dead one's lock is told. */
  readonly notes: string;
  /** How long somebody else's lock on a stack is waited for, in milliseconds. @default not at all */
  readonly patience?: number;
  /** Gets what is done about locks, in words. */
  readonly say?: (text: string) => void;
  /** Whether the engine got the Ctrl-C itself by which a person stopped what it is at, as at a terminal. */
  readonly isTold?: () => boolean;
}

/** Pulumi with inline programs. Nothing here asks the engine for the values of secrets. */
export interface PulumiEngine extends EnginePort {
  up(stack: string, stop?: AbortSignal, fence?: Fence): Promise<ChangeSummary>;
  preview(stack: string, stop?: AbortSignal): Promise<ChangeSummary>;
  /**
   * What `up` would do, resource by resource.
   * @param from `"refreshed"` asks the providers first what is really there, so that what somebody changed by hand shows;
   *   the state stays as it is. Default: what Pulumi's state has
   */
  changes(stack: string, stop?: AbortSignal, from?: "state" | "refreshed"): Promise<Changes>;
  /** Outputs of the last update, secrets left out; `null` when there is no such stack. */
  outputs(stack: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** Deletes all resources of a stack, and then the stack. Nothing to do when there is no such stack. */
  destroy(stack: string): Promise<ChangeSummary>;
}

export function pulumiEngine(options: PulumiOptions): PulumiEngine {
  const locks = new DeadLocks(options.notes);
  const { patience = 0, say = () => undefined } = options;
  /** Does what takes Pulumi's lock. */
  const locking = <Result>(
    name: string,
    { stop, fence }: Pick<Operation, "stop" | "fence">,
    act: (marked: Operation) => Promise<Result>,
  ): Promise<Result> => {
    const cancel = () => operate(options, "cancel", name, "select", (stack) => stack.cancel());
    const env = { ...options.env, [markVariable]: locks.mark(name) };
    return inTurn({ locks, stack: name, fence, stop, patience, cancel, say }, () =>
      act({ ...options, env, stop, fence }),
    );
  };
  const preview = (
    operation: Operation,
    name: string,
    more: { plan?: string; refresh?: boolean } = {},
  ): Promise<Changes> =>
    operate(operation, "preview", name, "create", async (stack, common, collect) => {
      const policyPacks = [...(options.policyPacks ?? [])];
      await stack.preview({ ...common, policyPacks, ...more });
      return collect();
    });
  const carryOut = (operation: Operation, name: string, plan: string): Promise<Changes> =>
    operate(operation, "update", name, "select", async (stack, common, collect) => {
      await operation.fence?.();
      await stack.up({ ...common, plan, showSecrets: false });
      return collect();
    });
  return {
    preview: async (name, stop) => (await preview({ ...options, stop }, name)).summary,
    changes: (name, stop, from = "state") => preview({ ...options, stop }, name, { refresh: from === "refreshed" }),
    up: (name, stop, fence) =>
      locking(name, { stop, fence }, (marked) =>
        inTemporaryFolder(async (folder) => {
          const plan = join(folder, "plan.json");
          await preview(marked, name, { plan });
          return (await carryOut(marked, name, plan)).summary;
        }),
      ),
    outputs: (name) =>
      unlessMissing(null, () =>
        operate(options, "read", name, "select", async (stack) => plainOutputs(await stack.outputs())),
      ),
    destroy: (name) =>
      unlessMissing<ChangeSummary>({}, () =>
        locking(name, {}, (marked) =>
          operate(marked, "destroy", name, "select", async (stack, common, collect) => {
            await stack.destroy({ ...common, showSecrets: false });
            await stack.workspace.removeStack(name);
            return collect().summary;
          }),
        ),
      ),
  };
}

interface Common {
  readonly color: "never";
  readonly onOutput: (text: string) => void;
  readonly onEvent: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
}

interface Operation extends PulumiOptions {
  readonly stop?: AbortSignal | undefined;
  readonly fence?: Fence | undefined;
}

/** Opens a stack and does one thing with it. What the program threw comes before what the engine made of it. */
async function operate<Result>(
  options: Operation,
  doing: string,
  name: string,
  ifMissing: "create" | "select",
  task: (stack: Stack, common: Common, collect: () => Changes) => Promise<Result>,
): Promise<Result> {
  const thrown: unknown[] = [];
  const program: PulumiFn = async () => {
    try {
      // By now the stack is locked, where anything is to change.
      await options.fence?.();
      return (await options.program(name)()) as Record<string, unknown>;
    } catch (error) {
      thrown.push(error);
      throw withoutStack(error);
    }
  };
  const { onEvent, changes } = changeCollector();
  const at = underWay();
  const { onOutput = () => undefined, stop, isTold } = options;
  const ready = Promise.withResolvers<void>();
  const following = (event: EngineEvent) => {
    ready.resolve();
    onEvent(event);
    at.onEvent(event);
  };
  try {
    return await stoppable(
      { stop, ready: ready.promise, at: at.inWords, ...(isTold ? { isTold } : {}) },
      async (signal) => {
        const stack = await open(options, name, ifMissing, program);
        stop?.throwIfAborted();
        return task(stack, { color: "never", onOutput, onEvent: following, signal }, changes);
      },
    );
  } catch (error) {
    if (error instanceof Missing || stop?.aborted) throw error;
    const [fromProgram] = thrown;
    if (error instanceof ConflictError) throw error;
    throw fromProgram instanceof Error ? fromProgram : engineFailure(doing, name, error);
  }
}

class Missing extends Error {}

/**
 * For the engine's log, which shows it in colour: Node 24.9 needs gigabytes to colour a stack where a line of it is inside
 * two `node_modules`. The caller gets the error itself.
 */
function withoutStack(error: unknown): Error {
  const bare = new Error(error instanceof Error ? error.message : String(error));
  delete bare.stack;
  return bare;
}

async function unlessMissing<Result>(otherwise: Result, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof Missing) return otherwise;
    throw error;
  }
}

/** The engine notes the selected stack in a file that all calls of a checkout share: one at a time. */
async function open(
  { command, env, workDir, project }: PulumiOptions,
  stackName: string,
  ifMissing: "create" | "select",
  program: PulumiFn,
): Promise<Stack> {
  const home = env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
  return oneAtATime(join(home, "workspaces", "sluice.lock"), async () => {
    const args = { stackName, projectName: project, program };
    const workspace = { pulumiCommand: command, envVars: { ...env }, workDir };
    if (ifMissing === "create") return LocalWorkspace.createOrSelectStack(args, workspace);
    try {
      return await LocalWorkspace.selectStack(args, workspace);
    } catch (error) {
      if (error instanceof Error && error.name === "StackNotFoundError") throw new Missing();
      throw error;
    }
  });
}

function plainOutputs(outputs: OutputMap): Record<string, unknown> {
  const plain = Object.entries(outputs).filter(([, { secret }]) => !secret);
  return Object.fromEntries(plain.map(([name, { value }]) => [name, value as unknown]));
}

async function inTemporaryFolder<Result>(task: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-plan-"));
  try {
    return await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
