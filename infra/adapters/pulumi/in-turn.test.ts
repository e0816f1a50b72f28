import { mkdtempSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fence } from "../../driver/ports.ts";
import { FakeClock } from "../../driver/testing/fake-clock.ts";
import { BusyError, ConflictError } from "../../model/errors.ts";
import { DeadLocks } from "./dead-locks.ts";
import { inTurn } from "./in-turn.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "sluice-turn-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function busy(report: string): BusyError {
  return new BusyError("Another update of stack s is under way (by ann); nothing was changed. ...", {
    cause: new Error(report),
  });
}

const elsewhere = "  file:///1.json: created by ann@another (pid 1) at 2026-01-01T10:00:00Z\n";

/** Has a turn at a stack that is busy for so many attempts: what came of it, the attempts, and what was said. */
async function turn(busyFor: number, { report = elsewhere, fence }: { report?: string; fence?: Fence } = {}) {
  const clock = new FakeClock();
  const begun = clock.now();
  const said: string[] = [];
  let attempts = 0;
  const locks = new DeadLocks(folder);
  const cancel = () => Promise.reject(new Error("cancelled"));
  const all = {
    locks,
    stack: "s",
    fence,
    patience: 60_000,
    cancel,
    say: (text: string) => void said.push(text),
    clock,
  };
  const came: unknown = await inTurn(all, () =>
    ++attempts > busyFor ? Promise.resolve("done") : Promise.reject(busy(report)),
  ).catch((error: unknown) => error);
  return { came, attempts, said, milliseconds: clock.now() - begun };
}

describe("a stack that somebody else is at", () => {
  it("is waited for, and that is said once", async () => {
    expect(await turn(3)).toEqual({
      came: "done",
      attempts: 4,
      said: ["Another update of stack s is under way (by ann): it is waited for, 60 s at most"],
      milliseconds: 6_000,
    });
  });

  it("isn't waited for for ever: who is at it is said", async () => {
    const { came, milliseconds } = await turn(Infinity);
    expect(came).toEqual(busy(elsewhere));
    expect(milliseconds).toBe(60_000);
  });

  it("is left to a driver that has taken over meanwhile", async () => {
    let asked = 0;
    const fence = () => (++asked > 2 ? Promise.reject(new ConflictError("succeeded")) : Promise.resolve());
    const { came, attempts } = await turn(Infinity, { fence });
    expect([came, attempts]).toEqual([new ConflictError("succeeded"), 1]);
  });
});

it("takes a lock away that its process died with, and doesn't wait for it", async () => {
  const child = spawn("true");
  await once(child, "exit");
  const url = `file://${join(folder, "1.json")}`;
  const report = `  ${url}: created by ann@${hostname()} (pid ${child.pid}) at ${new Date(Date.now() + 1_000).toISOString()}\n`;
  const { came, said, milliseconds } = await turn(1, { report });
  expect([came, milliseconds]).toEqual(["done", 0]);
  expect(said).toEqual(["The lock of stack s is taken away: the process that held it has ended"]);
});
