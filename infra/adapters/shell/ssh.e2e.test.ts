import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { claimPort } from "../../../scripts/local/ports.ts";
import { prepareSshd, sshGreets, type Sshd } from "../../../scripts/local/sshd.ts";
import { ask } from "../http.ts";
import { sshShell } from "./ssh.ts";
import type { HostShell } from "./shell.ts";

const address = "127.0.97.2";
let folder = "";
let sshd: Sshd;
let server: ChildProcess | undefined;
let web: Server;
let webPort = 0;
let shell: HostShell;

async function startServer(): Promise<void> {
  server = spawn(sshd.process.command, [...sshd.process.args], { stdio: "ignore" });
  for (let tries = 0; !(await sshGreets(address, sshd.access.port)); tries++) {
    if (tries > 200) throw new Error("sshd doesn't greet");
    await sleep(50);
  }
}

/** Ends the server and, as a reboot would, every connection that it has. */
async function stopServer(): Promise<void> {
  if (!server) return;
  const sessions = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8").split(" ");
  for (const pid of sessions.filter((text) => text !== "")) process.kill(Number(pid), "SIGKILL");
  server.kill();
  await once(server, "exit");
  server = undefined;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-ssh-"));
  sshd = prepareSshd(folder, address, await claimPort(address, 0, "sshd"));
  await startServer();
  web = createServer((_request, response) => response.end("from the host"));
  await new Promise<void>((resolve) => web.listen(0, address, resolve));
  webPort = (web.address() as { port: number }).port;
});
afterEach(() => shell.close());
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await stopServer();
  rmSync(folder, { recursive: true });
});

describe("a host over SSH", () => {
  it("has a shell waiting for the next command, so that a hurry finds no login shell reading its start-up files", async () => {
    shell = sshShell(sshd.access);
    const bornAt = async () => {
      const { stdout } = await shell.run(["cat", "/proc/self/stat"], { timeoutMs: 10_000 });
      return Number(stdout.slice(stdout.lastIndexOf(")") + 2).split(" ")[19]) / 100; // seconds after boot
    };
    await bornAt();
    await sleep(1_500);
    const calledAt = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    expect(await bornAt()).toBeLessThan(calledAt);
  });

  it("runs commands: words, input, both outputs, exit code; many at once over one connection", async () => {
    shell = sshShell(sshd.access);
    const words = ["a b", "$HOME", "it's", "", "A=b", "x\ny", "`id`"];
    expect(await shell.run(["printf", "<%s>", ...words], { timeoutMs: 5_000 })).toEqual({
      exitCode: 0,
      stdout: words.map((word) => `<${word}>`).join(""),
      stderr: "",
    });
    const failing = await shell.run(["sh", "-c", "cat; echo no >&2; exit 3"], { stdin: "in\n", timeoutMs: 5_000 });
    expect(failing).toEqual({ exitCode: 3, stdout: "in\n", stderr: "no\n" });
    const peers = await Promise.all(
      Array.from({ length: 8 }, () => shell.run(["sh", "-c", "echo $SSH_CONNECTION"], { timeoutMs: 5_000 })),
    );
    expect(new Set(peers.map(({ stdout }) => stdout)).size).toBe(1);
  });

  it("has no exit code for what a signal ended", async () => {
    shell = sshShell(sshd.access);
    expect((await shell.run(["sh", "-c", "kill -9 $$"], { timeoutMs: 5_000 })).exitCode).toBeNull();
  });

  it("takes no harm from a program that doesn't read its input", async () => {
    shell = sshShell(sshd.access);
    const stdin = "x".repeat(3_000_000);
    expect((await shell.run(["sh", "-c", "exec 0<&-; exit 4"], { stdin, timeoutMs: 5_000 })).exitCode).toBe(4);
  });

  it("knows nothing when the time is over, and goes on with the next call", async () => {
    shell = sshShell(sshd.access);
    await expect(shell.run(["sleep", "3"], { timeoutMs: 200 })).rejects.toThrow("no answer within 200 ms");
    expect((await shell.run(["echo", "on"], { timeoutMs: 5_000 })).stdout).toBe("on\n");
  });

  it("refuses a server that shows another key", async () => {
    shell = sshShell({
      ...sshd.access,
      hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    });
    await expect(shell.run(["true"], { timeoutMs: 5_000 })).rejects.toThrow(/verification failed/i);
  });

  it("reaches a port of the host, by one forward each", async () => {
    shell = sshShell(sshd.access);
    const reached = await shell.reach(address, webPort);
    expect(await shell.reach(address, webPort)).toEqual(reached);
    expect(reached.port).not.toBe(webPort);
    expect(await ask(`http://${reached.host}:${reached.port}/`, 5_000)).toMatchObject({ body: "from the host" });
    const closed = await shell.reach(address, 1);
    expect(await ask(`http://${closed.host}:${closed.port}/`, 5_000)).toMatchObject({ kind: "failed" });
    expect(await ask(`http://${reached.host}:${reached.port}/`, 5_000)).toMatchObject({ body: "from the host" });
  });

  it("connects anew after the server was restarted, for commands and for forwards made before", async () => {
    shell = sshShell(sshd.access);
    const { host, port } = await shell.reach(address, webPort);
    const open = shell.run(["sleep", "60"], { timeoutMs: 20_000 });
    expect(await ask(`http://${host}:${port}/`, 5_000)).toMatchObject({ body: "from the host" });
    const ended = expect(open).rejects.toThrow(/ended before the command did|closed|ECONNRESET/);
    await stopServer();
    await ended;
    await expect(shell.run(["true"], { timeoutMs: 5_000 })).rejects.toThrow(/ECONNREFUSED/);
    await startServer();
    expect((await shell.run(["echo", "back"], { timeoutMs: 5_000 })).stdout).toBe("back\n");
    expect(await ask(`http://${host}:${port}/`, 5_000)).toMatchObject({ body: "from the host" });
  });

  it("leaves nothing open when it is closed, whether it was used or not", async () => {
    shell = sshShell(sshd.access);
    await shell.close();
    const { host, port } = await shell.reach(address, webPort);
    await ask(`http://${host}:${port}/`, 5_000);
    await shell.close();
    expect(await ask(`http://${host}:${port}/`, 1_000)).toMatchObject({ kind: "failed" });
  });
});
