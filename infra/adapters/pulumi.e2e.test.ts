import { type PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pulumiCommand, toolchainEnv } from "../../scripts/toolchain/env.ts";
import { InputError, RefusedError, UnknownError } from "../model/errors.ts";
import { type PulumiEngine, pulumiEngine } from "./pulumi.ts";

const beginUp = join(import.meta.dirname, "pulumi", "testing", "begin-up.ts");
let folder: string;
let engineOf: (program: PulumiFn, passphrase?: string | null, onOutput?: (line: string) => void) => PulumiEngine;
let env: Record<string, string>;

class Empty extends pulumi.ComponentResource {
  constructor(name: string) {
    super("sluice:testing:Empty", name);
    this.registerOutputs({});
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: sluice\nruntime: nodejs\n");
  const command = await pulumiCommand();
  env = { ...(await toolchainEnv()), PULUMI_BACKEND_URL: `file://${join(folder, "state")}` };
  delete env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  delete env["PULUMI_CONFIG_PASSPHRASE"];
  engineOf = (program, passphrase = "one", onOutput = () => undefined) =>
    pulumiEngine({
      command,
      env: passphrase === null ? env : { ...env, PULUMI_CONFIG_PASSPHRASE: passphrase },
      workDir: folder,
      project: "sluice",
      program: () => program,
      notes: join(folder, "notes"),
      onOutput,
    });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const thrownBy = (promise: Promise<unknown>) =>
  promise.then(
    () => "nothing",
    (error: unknown) => error,
  );

describe("the Pulumi adapter on a real engine", () => {
  const program: PulumiFn = () => {
    new Empty("one");
    return Promise.resolve({ plain: 1, hidden: pulumi.secret("hunter2") });
  };

  it("carries out what it previewed, and gives outputs without secrets", async () => {
    const lines: string[] = [];
    const engine = engineOf(program, "one", (line) => lines.push(line));
    expect(await engine.outputs("dev")).toBeNull();
    expect(await engine.up("dev")).toEqual({ create: 2 });
    expect(await engine.preview("dev")).toEqual({ same: 2 });
    expect(await engine.outputs("dev")).toEqual({ plain: 1 });
    expect(lines.join("")).not.toContain("hunter2");
  });

  it("does nothing that the preview didn't show", async () => {
    let runs = 0;
    const drifting: PulumiFn = () => {
      runs += 1;
      new Empty("one");
      if (runs > 1) new Empty("surprise");
      return Promise.resolve({});
    };
    expect(await thrownBy(engineOf(drifting).up("dev"))).toBeInstanceOf(UnknownError);
    expect(runs).toBe(2);
    expect(await engineOf(program).preview("dev")).toEqual({ same: 2 });
  });

  it("passes on what the program threw", async () => {
    const wrong = new InputError("Wrong:", [{ key: "a", message: "b" }]);
    expect(await thrownBy(engineOf(() => Promise.reject(wrong)).up("dev"))).toBe(wrong);
  });

  it.each([
    ["a wrong passphrase", "two", "isn't the one"],
    ["no passphrase", null, "none is given"],
  ])("explains %s", async (_, passphrase, meaning) => {
    const failure = await thrownBy(engineOf(program, passphrase).preview("dev"));
    expect(failure).toBeInstanceOf(UnknownError);
    expect(String(failure)).toContain(meaning);
  });

  it("explains that another update is under way, and how to end a dead one's lock", async () => {
    const locks = join(folder, "state", ".pulumi", "locks", "organization", "sluice", "dev");
    mkdirSync(locks, { recursive: true });
    writeFileSync(
      join(locks, "1.json"),
      JSON.stringify({ pid: 1, username: "ann", hostname: "ci", timestamp: "2026-01-01T10:00:00Z" }),
    );
    const failure = await thrownBy(engineOf(program).up("dev"));
    expect(failure).toBeInstanceOf(RefusedError);
    expect(String(failure)).toContain("by ann@ci (pid 1)");
    expect(String(failure)).toContain("`pulumi cancel -s dev`");
    await execa("pulumi", ["cancel", "-s", "dev", "--yes"], {
      cwd: folder,
      env: { ...env, PULUMI_CONFIG_PASSPHRASE: "one" },
      extendEnv: false,
    });
    expect(readdirSync(locks)).toEqual([]);
  });

  it.each(["with who began it", "alone"])(
    "goes on where an engine was killed %s in the middle of an `up`",
    async (how) => {
      const stack = how === "alone" ? "killed-alone" : "killed";
      const locks = join(folder, "state", ".pulumi", "locks", "organization", "sluice", stack);
      const begun = join(folder, `begun-${stack}`);
      const waiting: PulumiFn = () => {
        new Empty("one");
        new local.Command("long", { create: `touch ${begun}; sleep ${existsSync(begun) ? 0 : 60}` });
        return Promise.resolve({});
      };
      const engine = engineOf(waiting);
      const elsewhere =
        how === "alone" ? null : execa(process.execPath, [beginUp, folder, stack, begun], { reject: false });
      const first = elsewhere ?? thrownBy(engine.up(stack));
      await expect.poll(() => existsSync(begun), { timeout: 60_000 }).toBe(true);
      const { pid } = JSON.parse(
        readFileSync(join(locks, readdirSync(locks).find((name) => name.endsWith(".json")) ?? ""), "utf8"),
      ) as { pid: number };
      elsewhere?.kill("SIGKILL");
      process.kill(pid, "SIGKILL");
      await first;
      expect(readdirSync(locks)).not.toEqual([]);
      expect(await engine.up(stack)).toMatchObject({ create: expect.any(Number) as number });
      expect(readdirSync(locks)).toEqual([]);
      expect(await engine.up(stack)).toEqual({ same: 3 });
    },
  );

  it("ends an `up` that is stopped: it says what that was at, and leaves neither lock nor pending operations", async () => {
    const stop = new AbortController();
    const begun = join(folder, "begun");
    const waiting: PulumiFn = () => {
      new Empty("one");
      new local.Command("long", { create: `touch ${begun}; sleep 300` });
      return Promise.resolve({});
    };
    const failure = thrownBy(engineOf(waiting).up("stopped", stop.signal));
    await expect.poll(() => existsSync(begun), { timeout: 60_000 }).toBe(true);
    stop.abort();
    expect(await failure).toEqual(new UnknownError("Pulumi was cancelled in the middle of: create of Command long"));
    expect(readdirSync(join(folder, "state", ".pulumi", "locks", "organization", "sluice", "stopped"))).toEqual([]);
    const state = readFileSync(join(folder, "state", ".pulumi", "stacks", "sluice", "stopped.json"), "utf8");
    expect(state).not.toContain("pending_operations");
    expect(await engineOf(program).up("stopped")).toEqual({ same: 2 });
  });

  it("serves several stacks at once", async () => {
    const summaries = await Promise.all(["a", "b", "c"].map((stack) => engineOf(program).up(stack)));
    expect(summaries).toEqual([{ create: 2 }, { create: 2 }, { create: 2 }]);
  });

  it("destroys a stack whole, and again", async () => {
    expect(await engineOf(program).destroy("dev")).toEqual({ delete: 2 });
    expect(await engineOf(program).destroy("dev")).toEqual({});
    expect(await engineOf(program).outputs("dev")).toBeNull();
  });
});
