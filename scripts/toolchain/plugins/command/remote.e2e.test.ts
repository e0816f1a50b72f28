import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "./testing/runs.ts";
import type { Sshd } from "./testing/sshd.ts";
import { startSshd } from "./testing/sshd.ts";

const TYPE = "command:remote:Command";
let plain: Sshd;
let narrow: Sshd;
beforeAll(async () => {
  plain = await startSshd("127.0.92.3", 29203);
  narrow = await startSshd("127.0.92.4", 29204, ["AcceptEnv FIRST SECOND PULUMI_*", "MaxSessions 2", "MaxStartups 3"]);
});
afterAll(async () => {
  await Promise.all([plain.stop(), narrow.stop()]);
});

describe("a remote command", () => {
  it("gets a large input, and may leave it unread", async () => {
    const { create } = runs(TYPE);
    const stdin = "0123456789".repeat(20_000);
    expect(await create({ connection: plain.connection, create: "cat", stdin })).toMatchObject({ stdout: stdin });
    const unread = { connection: plain.connection, create: "exec <&-; echo done", stdin: "x".repeat(5_000_000) };
    expect(await create(unread)).toMatchObject({ stdout: "done", stderr: "" });
  });

  it("may write much on both streams", async () => {
    const { create } = runs(TYPE);
    const made = await create({
      connection: plain.connection,
      create: "seq 60000; head -c 3000000 /dev/zero >&2",
      logging: "none",
    });
    expect(made["stdout"]).toMatch(/^1\n[^]*\n60000$/);
    expect(made["stderr"]).toHaveLength(3_000_000);
  });

  it("fails in the official plugin's words", async () => {
    const { failure, shown } = runs(TYPE);
    const { connection } = plain;
    expect(await failure({ connection, create: "echo out; exit 3" })).toBe(
      'Process exited with status 3: running "echo out; exit 3":\nout\n',
    );
    expect(await failure({ connection, create: "kill -TERM $$" })).toBe(
      'Process exited with status 143 from signal TERM: running "kill -TERM $$":\n',
    );
    expect(shown).toEqual(["INFO out"]);
  });

  it("is killed by cancel", async () => {
    const { plugin, failure } = runs(TYPE);
    const pid = join(plain.folder, "pid");
    const ended = failure({ connection: plain.connection, create: `sleep 60 & echo $! > ${pid}; wait` });
    while (!existsSync(pid) || readFileSync(pid, "utf8") === "") await sleep(20);
    await plugin.cancel!();
    expect(await ended).toMatch(/^Process exited with status 137 from signal KILL: running "sleep 60 & /);
    const running = `/proc/${readFileSync(pid, "utf8").trim()}`;
    for (let waited = 0; existsSync(running) && waited < 50; waited += 1) await sleep(100);
    expect(existsSync(running)).toBe(false);
  });
});

describe("variables on another host", () => {
  const create = 'echo "$FIRST $SECOND $PULUMI_COMMAND_STDOUT"';

  it("are set where the server accepts them", async () => {
    const { update } = runs(TYPE);
    const news = { connection: narrow.connection, create, environment: { FIRST: "one", SECOND: "two" } };
    expect(await update({ ...news, stdout: "before", stderr: "" }, news)).toMatchObject({ stdout: "one two before" });
  });

  it("stop the command where the server refuses one", async () => {
    const { failure, shown } = runs(TYPE);
    const made = join(plain.folder, "made");
    const inputs = { connection: plain.connection, create: `touch ${made}`, environment: { SECRET: "x" } };
    expect(await failure(inputs)).toBe('could not set environment variable "SECRET": ssh: setenv failed');
    expect(existsSync(made)).toBe(false);
    expect(shown).toEqual([
      expect.stringMatching(/^ERROR Unable to set 'SECRET'\. This only works if your SSH server/),
    ]);
  });

  it("are only offered where they are the previous output", async () => {
    const { update, shown } = runs(TYPE);
    const news = { connection: plain.connection, create: "echo ran" };
    expect(await update({ ...news, stdout: "before", stderr: "" }, news)).toMatchObject({ stdout: "ran" });
    expect(shown[0]).toMatch(/^WARNING Unable to set 'PULUMI_COMMAND_STDOUT'\./);
    const without = runs(TYPE);
    await without.update({ ...news, stdout: "before" }, { ...news, addPreviousOutputInEnv: false });
    expect(without.shown).toEqual(["INFO ran"]);
  });
});

describe("many commands at once", () => {
  it("share connections within the server's limits, and open more where it refuses a session", async () => {
    const { create } = runs(TYPE);
    const each = Array.from({ length: 24 }, (_, index) =>
      create({ connection: narrow.connection, create: `sleep 0.2; echo ${index}` }),
    );
    expect((await Promise.all(each)).map(({ stdout }) => stdout)).toEqual(Array.from({ length: 24 }, (_, i) => `${i}`));
  });

  it("share one connection where they overlap, but not one from before the end of another", async () => {
    const { create } = runs(TYPE);
    const whose = (seconds: number) =>
      create({ connection: plain.connection, create: `echo $SSH_CLIENT; sleep ${seconds}` });
    const long = whose(3);
    const [first, second] = await Promise.all([whose(0.2), whose(0.2)]);
    const after = await whose(0);
    expect(first["stdout"]).toBe(second["stdout"]);
    expect((await long)["stdout"]).toBe(first["stdout"]);
    expect(after["stdout"]).not.toBe(first["stdout"]);
  });
});

describe("a connection", () => {
  const on = (sshd: Sshd, changes: object) => ({ connection: { ...sshd.connection, ...changes }, create: "echo in" });

  it("checks the host key where one is given", async () => {
    const { create, failure, shown } = runs(TYPE);
    expect(await create(on(plain, { hostKey: plain.hostKey }))).toMatchObject({ stdout: "in" });
    const wrong = on(plain, { hostKey: narrow.hostKey, dialErrorLimit: 1 });
    expect(await failure(wrong)).toBe("after 1 failed attempts: ssh: handshake failed: ssh: host key mismatch");
    expect(shown).toContain("INFO Dial 1/1 failed: retrying");
    expect(await failure(on(plain, { hostKey: "no key" }))).toBe("failed to parse host key: ssh: no key found");
  });

  it("says why it couldn't be made", async () => {
    const { failure } = runs(TYPE);
    expect(await failure(on(plain, { port: 29299, dialErrorLimit: 2 }))).toBe(
      "after 2 failed attempts: dial tcp 127.0.92.3:29299: connect: connection refused",
    );
    expect(await failure(on(plain, { privateKey: narrow.key, dialErrorLimit: 0 }))).toBe(
      "after 0 failed attempts: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
    );
    expect(await failure(on(plain, { privateKey: "x" }))).toBe("ssh: no key found");
  });

  it("waits for a server that comes later", async () => {
    const { create } = runs(TYPE);
    const late = { host: "127.0.92.5", port: 29205, dialErrorLimit: -1 };
    const made = create({ connection: { ...plain.connection, ...late }, create: "echo in" });
    await sleep(700);
    const server = await startSshd("127.0.92.5", 29205, [`AuthorizedKeysFile ${plain.folder}/user.pub`]);
    // The first of sshd's settings counts, so the key of the other server has to be signed in by its own file.
    expect(await Promise.race([made.catch(() => "refused"), sleep(500, "still trying")])).toBe("still trying");
    execFileSync("cp", [join(plain.folder, "user.pub"), join(server.folder, "user.pub")]);
    expect(await made).toMatchObject({ stdout: "in" });
    await server.stop();
  });

  it("opens protected keys with their password", async () => {
    const { create, failure } = runs(TYPE);
    const file = join(plain.folder, "protected");
    execFileSync("cp", [join(plain.folder, "user"), file]);
    execFileSync("ssh-keygen", ["-q", "-p", "-N", "open sesame", "-f", file]);
    const privateKey = readFileSync(file, "utf8");
    expect(await create(on(plain, { privateKey, privateKeyPassword: "open sesame" }))).toMatchObject({ stdout: "in" });
    expect(await failure(on(plain, { privateKey, privateKeyPassword: "x" }))).toBe(
      "x509: decryption password incorrect",
    );
    expect(await failure(on(plain, { privateKey }))).toBe("ssh: this private key is passphrase protected");
    expect(await failure(on(plain, { privateKeyPassword: "x" }))).toBe("ssh: key is not password protected");
  });

  it("signs in by an agent", async () => {
    const agentSocketPath = join(plain.folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", agentSocketPath], { stdio: "ignore" });
    while (!existsSync(agentSocketPath)) await sleep(20);
    const env = { ...process.env, SSH_AUTH_SOCK: agentSocketPath };
    execFileSync("ssh-add", ["-q", join(plain.folder, "user")], { env, stdio: "ignore" });
    const { host, port } = plain.connection as { host: string; port: number };
    const rest = { host, port, user: "root", dialErrorLimit: 0 };
    const { create, failure } = runs(TYPE);
    expect(await create({ connection: { ...rest, agentSocketPath }, create: "echo in" })).toMatchObject({
      stdout: "in",
    });
    agent.kill();
    expect(await failure({ connection: { ...rest, agentSocketPath: "/nosuch" }, create: "true" })).toBe(
      "dial unix /nosuch: connect: no such file or directory",
    );
  });

  it("goes by way of a proxy", async () => {
    const { create, failure } = runs(TYPE);
    const proxy = { ...narrow.connection };
    expect(await create({ ...on(plain, { proxy }), create: "echo $SSH_CLIENT" })).toMatchObject({
      stdout: expect.stringMatching(/ 29203$/) as string,
    });
    expect(await failure(on(plain, { proxy: { ...proxy, port: 29299, dialErrorLimit: 0 } }))).toBe(
      "proxy: after 0 failed attempts: dial tcp 127.0.92.4:29299: connect: connection refused",
    );
  });
});
