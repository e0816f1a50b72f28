import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { isRunning } from "../processes.ts";
import { endMarked, markVariable, processesMarked } from "./engines.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that carries the mark, ready to be asked to end. */
async function marked(mark: string, onInterrupt = "process.exit(0)"): Promise<ChildProcess & { readonly pid: number }> {
  const program = `process.on("SIGINT", () => { ${onInterrupt} }); setInterval(() => {}, 1000); console.log("ready")`;
  const child = spawn(process.execPath, ["-e", program], { env: { ...process.env, [markVariable]: mark } });
  children.push(child);
  await once(child.stdout, "data");
  return child as ChildProcess & { readonly pid: number };
}

describe("processes that carry a mark", () => {
  it("are found by just that mark", async () => {
    const { pid } = await marked("a:stack");
    expect(await processesMarked("a:stack")).toEqual([pid]);
    expect(await processesMarked("a:stac")).toEqual([]);
  });

  it("are ended in good order by way of the engine among them, also where they were stopped", async () => {
    const engine = await marked("b:stack", 'console.log("cancelled"); process.exit(7)');
    engine.kill("SIGSTOP");
    const ended = once(engine, "exit");
    expect(await endMarked({ mark: "b:stack", engines: [engine.pid], clock: systemClock })).toBe(true);
    expect((await ended)[0]).toBe(7);
  });

  it("are killed where that doesn't help, and where there is no engine any more", async () => {
    const [engine, plugin, other] = await Promise.all([marked("c:stack", ""), marked("c:stack"), marked("d:stack")]);
    // What was killed needs a moment to end, also where nothing is waited for.
    const hasty = { sleep: (ms: number) => systemClock.sleep(ms / 10) };
    expect(await endMarked({ mark: "c:stack", engines: [engine.pid], clock: hasty })).toBe(true);
    expect([engine, plugin, other].map(({ pid }) => isRunning(pid))).toEqual([false, false, true]);
    expect(await endMarked({ mark: "d:stack", engines: [1], clock: systemClock })).toBe(true);
    expect(isRunning(other.pid)).toBe(false);
  });
});
