import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../shared/rpc.ts";
import { commandPlugin } from "./plugin.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-local-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TYPE = "command:local:Command";
const named = { urn: `urn:pulumi:s::p::${TYPE}::it`, name: "it", type: TYPE };

function start() {
  const shown: string[] = [];
  const plugin = commandPlugin({
    log: (severity, _urn, message) => Promise.resolve(void shown.push(`${severity} ${message}`)),
    status: (severity, _urn, message) => Promise.resolve(void shown.push(`${severity} ${message}`)),
  });
  const create = async (properties: JsonObject, timeout = 0) =>
    (await plugin.create({ ...named, properties, timeout, preview: false })).properties;
  return { plugin, create, shown };
}

describe("a local command", () => {
  it("gets an input larger than a pipe holds, and gives it back without its last newline", async () => {
    const stdin = `${"0123456789".repeat(20_000)}\n\n`;
    expect(await start().create({ create: "cat", stdin })).toMatchObject({ stdout: stdin.slice(0, -1), stderr: "" });
  });

  it("may leave a large input unread", async () => {
    expect(await start().create({ create: "exec <&-; echo done", stdin: "x".repeat(500_000) })).toMatchObject({
      stdout: "done",
    });
  });

  it("may write much, without an end of line and on both streams", async () => {
    const { create, shown } = start();
    const { stdout, stderr } = await create({ create: "head -c 3000000 /dev/zero | tr '\\0' x; seq 20000 >&2" });
    expect(stdout).toHaveLength(3_000_000);
    expect(stderr).toMatch(/^1\n[^]*\n20000$/);
    expect(shown.length).toBeGreaterThan(20_000);
  });

  it("may write bytes that are no text: they become U+FFFD, characters cut by a pipe's buffer stay whole", async () => {
    const { stdout } = await start().create({ create: "printf 'a\\377\\303'; sleep 0.1; printf '\\244\\000b\\n'" });
    expect(stdout).toBe("a\ufffdä\u0000b");
  });

  it("runs by the given interpreter, in the given folder, with the given variables over its own", async () => {
    const inputs = { interpreter: ["sh", "-e", "-c"], dir: folder, environment: { HOME: "/nowhere", X: "é" } };
    const { stdout } = await start().create({ ...inputs, create: 'pwd; echo $HOME $X; test -n "$PATH" && echo path' });
    expect(stdout).toBe(`${folder}\n/nowhere é\npath`);
  });

  it("gets no input at all where none is given", async () => {
    expect(await start().create({ create: "cat; readlink /proc/self/fd/0" })).toMatchObject({ stdout: "/dev/null" });
  });

  it("does nothing where no command is set", async () => {
    expect(await start().create({ delete: "true" })).toEqual({ delete: "true", stdout: "", stderr: "" });
  });
});

describe("the previous output", () => {
  const olds = { create: "true", stdout: "out", stderr: "err" };
  const show = 'echo "${PULUMI_COMMAND_STDOUT-none} ${PULUMI_COMMAND_STDERR-none}"';
  const update = async (news: JsonObject) => {
    const request = { ...named, id: "it1", olds, news, oldInputs: {}, timeout: 0, ignoreChanges: [], preview: false };
    return (await start().plugin.update!(request)).properties["stdout"];
  };

  it("is given to `update`, and to `create` where there is no `update`", async () => {
    expect(await update({ update: show })).toBe("out err");
    expect(await update({ create: show })).toBe("out err");
    expect(await update({ create: show, addPreviousOutputInEnv: false })).toBe("none none");
    expect(await update({ delete: "true" })).toBe("out");
  });

  it("is given to `delete`, and isn't there for the first `create`", async () => {
    const { plugin, create } = start();
    expect(await create({ create: show })).toMatchObject({ stdout: "none none" });
    const properties = { ...olds, delete: `${show} > ${folder}/deleted` };
    await plugin.delete({ ...named, id: "it1", properties, oldInputs: {}, timeout: 0 });
    expect(readFileSync(join(folder, "deleted"), "utf8")).toBe("out err\n");
  });
});

describe("the log of a local command", () => {
  const command = { create: "echo one; sleep 0.05; echo two >&2; sleep 0.05; printf three" };
  it.each([
    [{}, ["INFO one", "INFO two", "INFO three"]],
    [{ logging: "stdoutAndStderr" }, ["INFO one", "INFO two", "INFO three"]],
    [{ logging: "stdout" }, ["INFO one", "INFO three"]],
    [{ logging: "stderr" }, ["INFO two"]],
    [{ logging: "none" }, []],
  ])("with %j", async (logging, expected) => {
    const { create, shown } = start();
    expect(await create({ ...command, ...logging })).toMatchObject({ stdout: "one\nthree", stderr: "two" });
    expect(shown).toEqual(expected);
  });

  it("shows each line as it is written", async () => {
    const { create, shown } = start();
    const done = create({ create: `echo early; while ! test -e ${folder}/go; do sleep 0.02; done` });
    while (shown.length === 0) await sleep(10);
    expect(shown).toEqual(["INFO early"]);
    writeFileSync(join(folder, "go"), "");
    await done;
  });
});

describe("a failing local command", () => {
  it.each([
    ["a status", { create: "echo out; exit 3" }, 'exit status 3: running "echo out; exit 3":\nout\n'],
    ["a signal", { create: "kill -TERM $$" }, 'signal: terminated: running "kill -TERM $$":\n'],
    [
      "Go's quoting",
      { create: 'echo "ä\t\x01"; false\n' },
      'exit status 1: running "echo \\"ä\\t\\x01\\"; false\\n":\nä\t\x01\n',
    ],
    [
      "no such program",
      { create: "x", interpreter: ["nosuch"] },
      'exec: "nosuch": executable file not found in $PATH: running "x":\n',
    ],
    [
      "no such path",
      { create: "x", interpreter: ["/nosuch"] },
      'fork/exec /nosuch: no such file or directory: running "x":\n',
    ],
    ["no such folder", { create: "x", dir: "/nosuch" }, 'chdir /nosuch: no such file or directory: running "x":\n'],
    [
      "too much",
      { create: "x", environment: { X: "x".repeat(200_000) } },
      'fork/exec /bin/sh: argument list too long: running "x":\n',
    ],
  ])("says %s as the official plugin does", async (_what, inputs, message) => {
    await expect(start().create(inputs)).rejects.toThrow(new Error(message));
  });
});

describe("the end of a local command", () => {
  const forking = (name: string) => ({ create: `sleep 60 & echo $! > ${join(folder, name)}; wait` });
  const child = async (name: string): Promise<string> => {
    while (!existsSync(join(folder, name)) || readFileSync(join(folder, name), "utf8") === "") await sleep(10);
    return readFileSync(join(folder, name), "utf8").trim();
  };
  const isRunning = (pid: string) =>
    existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

  it("comes by cancel, for its children as well", async () => {
    const { plugin, create } = start();
    const failure = create(forking("cancelled")).catch((error: Error) => error.message);
    const pid = await child("cancelled");
    await plugin.cancel!();
    expect(await failure).toMatch(/^signal: killed: running "sleep 60 & /);
    expect(isRunning(pid)).toBe(false);
    await expect(create({ create: "true" })).rejects.toThrow("context canceled");
  });

  it("comes by its timeout", async () => {
    const failure = start()
      .create(forking("late"), 1)
      .catch((error: Error) => error.message);
    const pid = await child("late");
    expect(await failure).toMatch(/^signal: killed: running "sleep 60 & /);
    expect(isRunning(pid)).toBe(false);
  });
});
