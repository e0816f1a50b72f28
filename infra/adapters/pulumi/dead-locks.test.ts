import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { machine } from "../processes.ts";
import { DeadLocks } from "./dead-locks.ts";

const stack = "local.org1.web";
let folder: string;
let ended: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-locks-"));
  const child = spawn("true");
  await once(child, "exit");
  ended = child.pid ?? 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

function noted(pid: number, { at = "2026-11-23T10:00:00.500Z", where = machine() } = {}): void {
  mkdirSync(join(folder, stack), { recursive: true });
  writeFileSync(join(folder, stack, `${pid}.json`), JSON.stringify({ machine: where, pid, at }));
}

function lock(pid: number, { host = hostname(), at = "2026-11-23T10:00:00Z" } = {}): string {
  return `  file:///state/1.json: created by ann@${host} (pid ${pid}) at ${at}\n`;
}

const hold = (...locks: readonly string[]) => new DeadLocks(folder).hold(stack, `locked by:\n${locks.join("")}`);

it("knows the lock of a process that has ended, as has who began it", async () => {
  noted(ended);
  expect(await hold(lock(ended))).toBe(true);
  expect(await hold(lock(ended), lock(ended))).toBe(true);
});

it.each<[string, () => Promise<boolean>]>([
  ["no process is named", () => hold("[409] Conflict: Another update is currently in progress")],
  ["its process runs", () => hold(lock(process.pid))],
  ["it is another machine's", () => hold(lock(ended, { host: "another" }))],
  ["one of two is another machine's", () => hold(lock(ended), lock(ended, { host: "another" }))],
  ["it is older than anything noted", () => hold(lock(ended, { at: "2026-11-23T09:59:59Z" }))],
])("leaves a lock alone where %s", async (_why, dead) => {
  noted(ended);
  expect(await dead()).toBe(false);
});

it.each<[string, () => void]>([
  ["nobody here began it", () => undefined],
  ["who began it runs", () => noted(process.ppid)],
  ["who began it has another machine's processes around it", () => noted(ended, { where: `${hostname()} pid:[1]` })],
  ["what was noted was cut off", () => (noted(ended), writeFileSync(join(folder, stack, `${ended}.json`), "{"))],
])("leaves a lock alone where %s", async (_why, arrange) => {
  arrange();
  expect(await hold(lock(ended))).toBe(false);
});

it("knows the lock of an engine that was killed under this very process", async () => {
  const locks = new DeadLocks(folder);
  noted(process.pid);
  await locks.begun(stack);
  expect(await hold(lock(ended))).toBe(true);
});

it("notes what it begins, until that is over, and forgets what others began and left", async () => {
  const locks = new DeadLocks(folder);
  const over = await locks.begun(stack);
  noted(ended);
  expect(readdirSync(join(folder, stack)).sort()).toEqual([`${ended}.json`, `${process.pid}.json`].sort());
  await locks.forget(stack);
  expect(readdirSync(join(folder, stack))).toEqual([`${process.pid}.json`]);
  await over();
  expect(readdirSync(join(folder, stack))).toEqual([]);
});
