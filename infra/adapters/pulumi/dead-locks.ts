import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isRunning, machine } from "../processes.ts";

const note = z.object({ machine: z.string(), pid: z.int(), at: z.iso.datetime() });
type Note = z.infer<typeof note>;

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

  /**
   * Notes that this process has Pulumi change a stack, for as long as it hasn't succeeded: where Pulumi itself was killed, its
   * lock is this process's to take away. Resolves to what takes the note away.
   */
  async begun(stack: string): Promise<() => Promise<void>> {
    const mine: Note = { machine: machine(), pid: process.pid, at: new Date().toISOString() };
    const file = join(this.#folder, stack, `${mine.pid}.json`);
    await mkdir(join(this.#folder, stack), { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify(mine), { flag: "wx" }).catch(unlessThere);
    return () => rm(file, { force: true });
  }

  /**
   * Whether all locks that Pulumi names in this report are of processes of this machine that have ended, begun by this process
   * or by one that has ended, too.
   */
  async hold(stack: string, report: string): Promise<boolean> {
    const locks = [...report.matchAll(/created by [^\n]*@(\S+) \(pid (\d+)\) at (\S+)/g)];
    const over = (await this.#notes(stack)).filter(({ pid }) => pid === process.pid || !isRunning(pid));
    return (
      locks.length > 0 &&
      locks.every(([, host, pid, at = ""]) => {
        // A lock's time has whole seconds.
        const isAfter = (one: Note) => Date.parse(at) + 1_000 > Date.parse(one.at);
        return host === hostname() && !isRunning(Number(pid)) && over.some(isAfter);
      })
    );
  }

  /** Takes the notes of processes that have ended away. */
  async forget(stack: string): Promise<void> {
    for (const { pid } of await this.#notes(stack)) {
      if (!isRunning(pid)) await rm(join(this.#folder, stack, `${pid}.json`), { force: true });
    }
  }

  async #notes(stack: string): Promise<readonly Note[]> {
    const folder = join(this.#folder, stack);
    const files = await readdir(folder).catch(() => []);
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8").catch(() => "")));
    return texts.flatMap(noteOf).filter((one) => one.machine === machine());
  }
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
}

/** None where it was cut off. */
function noteOf(text: string): readonly Note[] {
  try {
    return [note.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
