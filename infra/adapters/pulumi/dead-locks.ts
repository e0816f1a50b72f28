import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { parseJson } from "../../model/json.ts";
import { isRunning, machine } from "../processes.ts";
import { processesMarked } from "./engines.ts";
import { oneAtATime } from "./one-at-a-time.ts";

const note = z.object({
  machine: z.string(),
  pid: z.int(),
  at: z.iso.datetime(),
  mark: z.string(),
  isDriver: z.boolean(),
});
export type Note = z.infer<typeof note>;

interface Lock {
  readonly url: string;
  readonly host: string;
  readonly pid: number;
  readonly at: string;
}

/** What this process's engines are told by, unlike those of any other. */
const own = randomUUID();

/**
 * Knows which of Pulumi's locks nobody holds any more. Pulumi takes none away by itself, and a lock tells a host's name and a
 * process's number only, which may mean something else in the next container. So each process notes on its machine that it
 * has Pulumi change a stack: a lock that came after such a note is the noted process's.
 */
export class DeadLocks {
  readonly #folder: string;

  /** @param folder on this machine, of one user */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What this process's engines on a stack carry in their environment. */
  mark(stack: string): string {
    return `${own}:${stack}`;
  }

  /**
   * Notes that this process has Pulumi change a stack, for as long as it hasn't succeeded: where Pulumi itself was killed, its
   * lock is this process's to take away. Resolves to what takes the note away.
   * @param isDriver whether it drives the stack's service, which one process at a time does
   */
  async begun(stack: string, isDriver: boolean): Promise<() => Promise<void>> {
    const at = new Date().toISOString();
    const mine: Note = { machine: machine(), pid: process.pid, at, mark: this.mark(stack), isDriver };
    const file = join(this.#folder, stack, `${mine.pid}.json`);
    await mkdir(join(this.#folder, stack), { recursive: true, mode: 0o700 });
    const before = (await readFile(file, "utf8").then(noteOf, () => [])).find(({ mark }) => mark === mine.mark);
    // An engine that it has begun earlier may still be at work, and is a driver's if either is.
    const kept = before ? { ...mine, at: before.at, isDriver: before.isDriver || isDriver } : mine;
    await writeFile(`${file}.next`, JSON.stringify(kept));
    await rename(`${file}.next`, file);
    return () => rm(file, { force: true });
  }

  /**
   * Whether all locks that Pulumi names in this report are of processes of this machine that have ended, begun by this process
   * or by one that has ended, too.
   * @param asDriver that no other process drives the service any more is known: of one, no engine has to run
   */
  async hold(stack: string, report: string, asDriver = false): Promise<boolean> {
    const locks = locksIn(report);
    const over: Note[] = [];
    for (const one of await this.#notes(stack)) {
      const isOver = one.pid === process.pid || !isRunning(one.pid);
      const isSucceeded = asDriver && one.isDriver && (await processesMarked(one.mark)).length === 0;
      if (isOver || isSucceeded) over.push(one);
    }
    return (
      locks.length > 0 &&
      locks.every(
        ({ host, pid, at }) => host === hostname() && !isRunning(pid) && over.some((one) => isAfter({ at }, one)),
      )
    );
  }

  /**
   * Takes just the locks away that this report names. Another process may find the same ones, be quicker, and hold one of
   * its own meanwhile: in a folder a lock is a file with a name of its own. Elsewhere `cancel` takes away whatever is there,
   * so it is noted what was taken away: as long as a dead lock is there, nobody can hold another one.
   */
  async takeAway(stack: string, report: string, cancel: () => Promise<void>): Promise<void> {
    const urls = locksIn(report).map(({ url }) => url);
    const files = urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(new URL(url)));
    if (files.length === urls.length) {
      for (const file of files) await Promise.all([file, `${file}.attrs`].map((one) => rm(one, { force: true })));
    } else {
      const list = join(this.#folder, stack, "taken-away");
      await oneAtATime(`${list}.lock`, async () => {
        const taken = (await readFile(list, "utf8").catch(() => "")).split("\n");
        if (urls.some((url) => taken.includes(url))) return;
        await cancel();
        await writeFile(list, [...taken.slice(-100), ...urls].join("\n"));
      });
    }
    await this.#forget(stack);
  }

  /** Other drivers of this machine that have an engine at work on the stack: who drives it now has succeeded all of them. */
  async succeeded(stack: string): Promise<readonly Note[]> {
    const found: Note[] = [];
    for (const one of await this.#notes(stack)) {
      if (!one.isDriver || one.pid === process.pid) continue;
      if ((await processesMarked(one.mark)).length > 0) found.push(one);
    }
    return found;
  }

  /** Takes the notes of processes that have ended away. */
  async #forget(stack: string): Promise<void> {
    for (const { pid } of await this.#notes(stack)) {
      if (!isRunning(pid)) await rm(join(this.#folder, stack, `${pid}.json`), { force: true });
    }
  }

  async #notes(stack: string): Promise<readonly Note[]> {
    const folder = join(this.#folder, stack);
    const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8").catch(() => "")));
    return texts.flatMap(noteOf).filter((one) => one.machine === machine());
  }
}

/** The processes that hold the locks which Pulumi names in this report, by their numbers on their machines. */
export function holdersIn(report: string): readonly number[] {
  return locksIn(report).map(({ pid }) => pid);
}

function locksIn(report: string): readonly Lock[] {
  const found = [...report.matchAll(/(\S+): created by [^\n]*@(\S+) \(pid (\d+)\) at (\S+)/g)];
  return found.map(([, url = "", host = "", pid, at = ""]) => ({ url, host, pid: Number(pid), at }));
}

/** A lock's time has whole seconds. */
function isAfter(lock: Pick<Lock, "at">, one: Note): boolean {
  return Date.parse(lock.at) + 1_000 > Date.parse(one.at);
}

/** None where it was cut off. */
function noteOf(text: string): readonly Note[] {
  const { data } = note.safeParse(parseJson(text));
  return data ? [data] : [];
}
