import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  findProcess,
  isAlive,
  listProcesses,
  parseStat,
  processesInGroups,
  processesOf,
  type ProcessEntry,
  withDescendants,
} from "./processes.ts";

const entry = (pid: number, parent: number, ...argv: readonly string[]): ProcessEntry => ({
  pid,
  parent,
  argv,
  startTime: 1,
});
const stat = (name: string, state: string) => `42 (${name}) ${state} 7 1 1 0 -1 4194560 ${"0 ".repeat(12)}98765 0 0`;

describe("/proc/PID/stat", () => {
  it.each(["node", "a b", ") R 1 (x", "(sd-pam)"])("is read for a command named %j", (name) => {
    expect(parseStat(stat(name, "S"))).toEqual({ parent: 7, startTime: 98765 });
  });

  it("of a zombie is no living process", () => {
    expect(parseStat(stat("node", "Z"))).toBeUndefined();
  });
});

describe("a process", () => {
  it("is alive until it ends, and another one under its pid isn't it", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const found = findProcess(child.pid!)!;
    expect([isAlive(found), isAlive({ ...found, startTime: found.startTime - 1 })]).toEqual([true, false]);
    expect(listProcesses().some(({ pid }) => pid === child.pid)).toBe(true);
    child.kill();
    await once(child, "exit");
    expect(isAlive(found)).toBe(false);
  });
});

describe("the processes of a folder", () => {
  const all = [
    entry(10, 1, "/usr/sbin/dockerd", "--data-root", "/run/one/data"),
    entry(11, 1, "/usr/sbin/dockerd", "--data-root", "/run/one-more/data"),
    entry(12, 1, "sshd: /usr/sbin/sshd -D -f /run/one/sshd_config [listener] 0 of 100 startups"),
    entry(13, 1, "/usr/bin/tail", "-f", "/run/one/logs/dockerd.log"),
    entry(14, 1, "/usr/bin/shim", "-address", "/run/one"),
    entry(15, 1),
  ];

  it("are those that name it, of the programs asked for and no others", () => {
    const found = processesOf(all, "/run/one", ["dockerd", "sshd", "shim"]);
    expect(found.map(({ pid }) => pid)).toEqual([10, 12, 14]);
  });

  it("come with everything that they started", () => {
    const tree = [entry(1, 0), entry(2, 1), entry(3, 2), entry(4, 1), entry(5, 3), entry(6, 4)];
    expect(withDescendants(tree, [tree[1]!]).map(({ pid }) => pid)).toEqual([2, 3, 5]);
  });

  it("include those in the control groups of its containers", () => {
    const groups: Record<number, string> = { 10: "0::/docker/abc", 11: "5:memory:/docker/abcd\n4:cpu:/x", 12: "0::/" };
    const found = processesInGroups(all.slice(0, 3), ["abcd", "ffff"], (pid) => groups[pid] ?? "");
    expect(found.map(({ pid }) => pid)).toEqual([11]);
  });
});
