import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asset, secret } from "@pulumi/pulumi";
import { local, remote } from "@pulumi/command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sshd } from "./testing/sshd.ts";
import { startSshd } from "./testing/sshd.ts";
import type { TestStack } from "../testing/stack.ts";
import { testStack } from "../testing/stack.ts";

let stack: TestStack;
let sshd: Sshd;
let journal: string;
beforeAll(async () => {
  [stack, sshd] = await Promise.all([testStack("command"), startSshd("127.0.92.2", 29202)]);
  journal = join(stack.folder, "journal");
  writeFileSync(journal, "");
});
afterAll(async () => {
  await sshd.stop();
  stack.remove();
});

interface Settings {
  readonly value: string;
  readonly trigger: string;
  readonly fails?: boolean;
}

function program({ value, trigger, fails = false }: Settings) {
  return async () => {
    const connection = { host: "127.0.92.2", port: 29202, privateKey: secret(sshd.key), hostKey: sshd.hostKey };
    const first = new local.Command("first", {
      create: fails ? "echo out; echo bad >&2; exit 3" : `echo create $V >> ${journal}; echo made $V`,
      update: fails
        ? "echo out; echo bad >&2; exit 3"
        : `echo update $V $PULUMI_COMMAND_STDOUT >> ${journal}; echo changed $V`,
      environment: { V: value },
    });
    new local.Command("replaced", {
      create: `echo new ${trigger} >> ${journal}`,
      delete: `echo gone ${trigger} >> ${journal}`,
      triggers: [trigger],
    });
    new local.Command("hidden", { create: "echo hush", triggers: [] }, { additionalSecretOutputs: ["stdout"] });
    const onHost = new remote.Command("on-host", {
      connection,
      create: `cat > ${sshd.folder}/marker`,
      delete: `rm ${sshd.folder}/marker`,
      stdin: first.stdout,
    });
    const text = new asset.StringAsset(`settings ${value}`);
    const copy = new remote.CopyToRemote("copy", { connection, source: text, remotePath: `${sshd.folder}/copied/to` });
    return Promise.resolve({ stdout: first.stdout, onHost: onHost.stdout, copied: copy.remotePath });
  };
}

describe("a stack on the real engine", () => {
  it("is previewed without an effect, then made", async () => {
    const now = await stack.with(program({ value: "1", trigger: "a" }));
    const { changeSummary } = await now.preview();
    expect(changeSummary).toEqual({ create: 6 });
    expect(readFileSync(journal, "utf8")).toBe("");
    const { outputs, stdout } = await now.up();
    expect(outputs["stdout"]?.value).toBe("made 1");
    expect(readFileSync(join(sshd.folder, "marker"), "utf8")).toBe("made 1");
    expect(readFileSync(join(sshd.folder, "copied/to"), "utf8")).toBe("settings 1");
    expect(stdout).not.toContain("BEGIN OPENSSH");
  });

  it("keeps secrets encrypted in the state", () => {
    const state = readFileSync(join(stack.folder, "state/.pulumi/stacks/test/test.json"), "utf8");
    expect(state).toMatch(/"stdout": ?"made 1"/);
    expect(state).toMatch(/"connection": ?\{\s*"\w{32}": ?"1b47061264138c4ac30d75fd1eb44270",\s*"ciphertext"/);
    for (const hidden of ["BEGIN OPENSSH", '"hush"', "127.0.92.2"]) expect(state).not.toContain(hidden);
  });

  it("shows no change and after a refresh none either", async () => {
    const now = await stack.with(program({ value: "1", trigger: "a" }));
    expect((await now.up()).summary.resourceChanges).toEqual({ same: 6 });
    expect((await now.refresh()).summary.resourceChanges).toEqual({ same: 6 });
    expect((await now.preview()).changeSummary).toEqual({ same: 6 });
  });

  it("runs `update` on a change, with the previous output", async () => {
    const now = await stack.with(program({ value: "2", trigger: "a" }));
    expect((await now.preview()).changeSummary).toEqual({ same: 3, update: 3 });
    writeFileSync(journal, "");
    await now.up();
    expect(readFileSync(journal, "utf8")).toBe("update 2 made 1\n");
    expect(readFileSync(join(sshd.folder, "marker"), "utf8")).toBe("changed 2");
    expect(readFileSync(join(sshd.folder, "copied/to"), "utf8")).toBe("settings 2");
  });

  it("replaces on changed triggers: the new one is made before the old one is deleted", async () => {
    writeFileSync(journal, "");
    const { summary } = await (await stack.with(program({ value: "2", trigger: "b" }))).up();
    expect(summary.resourceChanges).toEqual({ same: 5, replace: 1 });
    expect(readFileSync(journal, "utf8")).toBe("new b\ngone a\n");
  });

  it("keeps the old state where a command fails, and says what it wrote", async () => {
    const now = await stack.with(program({ value: "2", trigger: "b", fails: true }));
    await expect(now.up()).rejects.toThrow(/exit status 3: running "echo out; echo bad >&2; exit 3"/);
    expect(JSON.stringify(await now.exportStack())).toContain("changed 2");
    const again = await stack.with(program({ value: "2", trigger: "b" }));
    expect((await again.preview()).changeSummary).toEqual({ same: 6 });
  });

  it("is destroyed with its delete commands", async () => {
    await (await stack.with(program({ value: "2", trigger: "b" }))).destroy();
    expect(existsSync(join(sshd.folder, "marker"))).toBe(false);
    expect(readFileSync(join(sshd.folder, "copied/to"), "utf8")).toBe("settings 2");
  });

  it("kills a running command and its children when it is cancelled", async () => {
    const pids = join(stack.folder, "pids");
    const now = await stack.with(() => {
      new local.Command("long", { create: `sleep 300 & echo $! $$ > ${pids}.new; mv ${pids}.new ${pids}; wait` });
      return Promise.resolve({});
    });
    const stop = new AbortController();
    const up = now.up({ signal: stop.signal }).then(
      () => "done",
      () => "failed",
    );
    while (!existsSync(pids)) await sleep(50);
    const started = readFileSync(pids, "utf8").trim().split(" ");
    expect(started.map((pid) => existsSync(`/proc/${pid}`))).toEqual([true, true]);
    stop.abort();
    expect(await up).toBe("failed");
    expect(started.map((pid) => isRunning(pid))).toEqual([false, false]);
  });
});

/** A killed process may wait for a parent that reads its end. */
function isRunning(pid: string): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
