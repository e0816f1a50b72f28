import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

function noted(
  pid: number,
  { at = "2026-11-23T10:00:00.500Z", where = machine(), mark = "nobody", isDriver = false } = {},
): void {
  mkdirSync(join(folder, stack), { recursive: true });
  writeFileSync(join(folder, stack, `${pid}.json`), JSON.stringify({ machine: where, pid, at, mark, isDriver }));
}

function lock(
  pid: number,
  { host = hostname(), at = "2026-11-23T10:00:00Z", url = "file:///state/1.json?no_tmp_dir=true" } = {},
): string {
  return `  ${url}: created by ann@${host} (pid ${pid}) at ${at}\n`;
}

/** A lock as Pulumi leaves it in a folder, with what its file store keeps of it. */
function lockFile(name: string): { readonly file: string; readonly url: string } {
  const file = join(folder, name);
  for (const one of [file, `${file}.attrs`]) writeFileSync(one, "{}");
  return { file, url: `${pathToFileURL(file).href}?no_tmp_dir=true` };
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
  const begun = Date.now();
  await locks.begun(stack, false);
  const at = new Date(begun + 1_000).toISOString();
  expect(await hold(lock(ended, { at }))).toBe(true);
});

it("notes anew what another process of the same number had begun, and once a driver's, always a driver's", async () => {
  const locks = new DeadLocks(folder);
  const read = () => JSON.parse(readFileSync(join(folder, stack, `${process.pid}.json`), "utf8")) as { at: string };
  noted(process.pid, { isDriver: true });
  await locks.begun(stack, false);
  const first = read();
  expect(first).toMatchObject({ mark: locks.mark(stack), isDriver: false });
  await locks.begun(stack, true);
  expect(read()).toEqual({ ...first, isDriver: true });
  await locks.begun(stack, false);
  expect(read()).toEqual({ ...first, isDriver: true });
});

it("knows for a driver the lock of an engine whose driver runs and was succeeded", async () => {
  const asDriver = () => new DeadLocks(folder).hold(stack, `locked by:\n${lock(ended)}`, true);
  noted(process.ppid);
  expect(await asDriver()).toBe(false);
  noted(process.ppid, { isDriver: true });
  expect(await hold(lock(ended))).toBe(false);
  expect(await asDriver()).toBe(true);
});

describe("what is taken away", () => {
  const never = () => Promise.reject(new Error("cancelled"));
  const cancelled: string[] = [];
  const cancel = () => {
    cancelled.push("cancelled");
    return Promise.resolve();
  };
  beforeEach(() => void cancelled.splice(0));

  it("is in a folder just the locks that were named: another process may hold one of its own by now", async () => {
    const [dead, live] = [lockFile("dead.json"), lockFile("live.json")];
    await new DeadLocks(folder).takeAway(stack, lock(ended, { url: dead.url }), never);
    expect([dead, live].map(({ file }) => [existsSync(file), existsSync(`${file}.attrs`)])).toEqual([
      [false, false],
      [true, true],
    ]);
    await new DeadLocks(folder).takeAway(stack, lock(ended, { url: dead.url }), never);
  });

  it("is elsewhere all that is there, unless somebody has done that for the same lock", async () => {
    const report = lock(ended, { url: "s3://state/dead.json" });
    noted(ended);
    await Promise.all([1, 2, 3].map(() => new DeadLocks(folder).takeAway(stack, report, cancel)));
    expect(cancelled).toHaveLength(1);
    expect(readFileSync(join(folder, stack, "taken-away"), "utf8").trim()).toBe("s3://state/dead.json");
    await new DeadLocks(folder).takeAway(stack, lock(ended, { url: "s3://state/next.json" }), cancel);
    expect(cancelled).toHaveLength(2);
    expect(readdirSync(join(folder, stack))).toEqual(["taken-away"]);
  });
});

it("notes what it begins, until that is over, and forgets what others began and left", async () => {
  const locks = new DeadLocks(folder);
  const over = await locks.begun(stack, true);
  noted(ended);
  expect(readdirSync(join(folder, stack)).sort()).toEqual([`${ended}.json`, `${process.pid}.json`].sort());
  await locks.takeAway(stack, "", () => Promise.resolve());
  expect(readdirSync(join(folder, stack))).toEqual([`${process.pid}.json`]);
  await over();
  expect(readdirSync(join(folder, stack))).toEqual([]);
});
