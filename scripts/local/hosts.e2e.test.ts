import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { engineAnswers } from "./engine-api.ts";
import { LocalSetupError, PortInUseError } from "./errors.ts";
import { type LocalHosts, startHosts } from "./hosts.ts";
import { readOwner } from "./owner.ts";
import { living, tracesOf, until } from "./testing/traces.ts";
import { sshRun } from "./testing/ssh-run.ts";

let running: LocalHosts | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

interface Hanging {
  readonly folder: string;
  readonly pids: Readonly<Record<string, number>>;
  readonly bridge: string;
}

/** A process of its own that holds a host. */
async function hang() {
  const child = spawn(process.execPath, [join(import.meta.dirname, "testing/hang.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as Hanging) };
}

const bridgeExists = (name: string) => existsSync(`/sys/class/net/${name}`);

describe("local hosts", () => {
  it("are reached over SSH by key, and nothing is left of a session or of them after stop", async () => {
    running = await startHosts({
      hosts: [
        { name: "one", address: "127.0.94.1" },
        { name: "two", address: "127.0.94.2", sshPort: 0 },
      ],
    });
    const [one, two] = running.hosts;
    if (two?.shell.kind !== "ssh") throw new Error("expected a shell over SSH");
    expect(one?.shell).toEqual({ kind: "local" });
    expect(new Set([one?.engine.socket, two.engine.socket, one?.root, two.root]).size).toBe(4);

    expect(await sshRun(two.shell, `id -u && test -d ${two.root} && echo there`)).toBe(
      `${process.getuid?.()}\nthere\n`,
    );
    const stranger = { ...two.shell, hostKey: "ssh-ed25519 AAAA" };
    await expect(sshRun(stranger, "true")).rejects.toThrow("verification failed");

    const open = sshRun(two.shell, "echo $$ > " + join(two.root, "pid") + "; exec sleep 600");
    await until("the session runs", () => existsSync(join(two.root, "pid")));
    await running.stop();
    await open.catch(() => undefined);
    expect(running.hosts.flatMap(({ folder }) => tracesOf(folder))).toEqual([]);
    expect(living(running.hosts.flatMap(({ pids }) => Object.values(pids)))).toEqual([]);
  });

  it("on an engine that runs anyway leave it as it is", async () => {
    running = await startHosts({ hosts: [{ name: "one", address: "127.0.94.1" }] });
    const socket = running.hosts[0]!.engine.socket;
    const guests = await startHosts({
      source: { kind: "shared", socket },
      hosts: ["two", "three"].map((name) => ({ name, address: "127.0.94.2", sshPort: 0 })),
    });
    expect(guests.hosts.map(({ engine, pids }) => [engine, Object.keys(pids)])).toEqual([
      [{ kind: "unix", socket, shared: true }, ["sshd"]],
      [{ kind: "unix", socket, shared: true }, ["sshd"]],
    ]);
    await guests.stop();
    expect(guests.hosts.flatMap(({ folder }) => tracesOf(folder))).toEqual([]);
    expect(await engineAnswers(socket)).toBe(true);
  });

  it("say which port is taken, and leave nothing running", async () => {
    const server = createServer().listen(0, "127.0.94.4");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const hosts = [
      { name: "one", address: "127.0.94.1" },
      { name: "two", address: "127.0.94.4", sshPort: port },
    ];
    const start = startHosts({ hosts });
    await expect(start).rejects.toThrow(PortInUseError);
    await expect(start).rejects.toThrow(`127.0.94.4:${port} is in use, and sshd of two was to listen there`);
    server.close();
  });

  it("end by themselves when the process that started them is killed", async () => {
    const { child, folder, pids, bridge } = await hang();
    expect([living(Object.values(pids)).length, bridgeExists(bridge)]).toEqual([3, true]);
    child.kill("SIGKILL");
    await until("all is gone", () => tracesOf(folder).length === 0);
    expect([living(Object.values(pids)), bridgeExists(bridge)]).toEqual([[], false]);
  });

  it("are cleaned up at the next start when the supervisor was killed too", async () => {
    const { child, folder, pids, bridge } = await hang();
    const supervisor = readOwner(folder)?.supervisor.pid;
    if (!supervisor) throw new Error("no supervisor");
    process.kill(supervisor, "SIGKILL");
    child.kill("SIGKILL");
    process.kill(pids.dockerd!, "SIGKILL"); // the engine too: nobody is left to tidy its network away
    await until("they are dead", () => living([supervisor, pids.dockerd!]).length === 0);
    expect([living([pids.containerd!, pids.sshd!]).length, bridgeExists(bridge)]).toEqual([2, true]);

    const said: string[] = [];
    running = await startHosts({
      hosts: [{ name: "one", address: "127.0.94.1" }],
      onProgress: (line) => said.push(line),
    });
    expect(said[0]).toBe(`cleaning up after an earlier run that was killed (${folder})`);
    expect([tracesOf(folder), living(Object.values(pids)), bridgeExists(bridge)]).toEqual([[], [], false]);
  });

  it("say why an engine doesn't start", async () => {
    const path = process.env.PATH;
    process.env.PATH = `${join(import.meta.dirname, "testing/broken")}:${path}`;
    const start = startHosts({ hosts: [{ name: "one", address: "127.0.94.1" }] });
    await expect(start).rejects.toThrow(LocalSetupError);
    await expect(start).rejects.toThrow("dockerd didn't start (code 3):\nno space left on device");
    process.env.PATH = path;
  });
});
