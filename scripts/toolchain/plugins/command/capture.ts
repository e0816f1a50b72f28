import type { Operation } from "./operation.ts";

/** The engine's display takes no longer line in good part. */
const LONGEST_LINE_BYTES = 64 * 1024;

export interface Results {
  readonly stdout: string;
  readonly stderr: string;
}

/** Collects what a command writes, and shows it line by line as the resource's status while it runs. */
export class Capture {
  readonly #operation: Operation;
  readonly #shown: ReadonlySet<"stdout" | "stderr">;
  readonly #chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[], both: [] as Buffer[] };
  #line: Buffer = Buffer.alloc(0);
  #sent: Promise<void> = Promise.resolve();

  constructor(operation: Operation, logging: string | undefined) {
    this.#operation = operation;
    this.#shown = shownBy(logging);
  }

  add(from: "stdout" | "stderr", chunk: Buffer): void {
    this.#chunks[from].push(chunk);
    this.#chunks.both.push(chunk);
    if (this.#shown.has(from)) this.#show(chunk);
  }

  /** Call when the command has ended: resolves when all lines are shown. */
  async done(): Promise<void> {
    if (this.#line.length > 0) this.#send(this.#line);
    this.#line = Buffer.alloc(0);
    await this.#sent;
  }

  /** Bytes that are no UTF-8 become U+FFFD: the state of a stack is text. */
  results(): Results {
    return { stdout: withoutLastNewline(this.#chunks.stdout), stderr: withoutLastNewline(this.#chunks.stderr) };
  }

  /** Both streams as they came in, for the message of a failure. */
  everything(): string {
    return Buffer.concat(this.#chunks.both).toString();
  }

  #show(chunk: Buffer): void {
    let rest = Buffer.concat([this.#line, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      this.#send(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
    for (; rest.length > LONGEST_LINE_BYTES; rest = rest.subarray(LONGEST_LINE_BYTES)) {
      this.#send(rest.subarray(0, LONGEST_LINE_BYTES));
    }
    this.#line = rest;
  }

  #send(line: Buffer): void {
    const text = line.toString().replace(/\r$/, "");
    this.#sent = this.#sent.then(() => this.#operation.status("INFO", text));
  }
}

function shownBy(logging: string | undefined): ReadonlySet<"stdout" | "stderr"> {
  if (logging === undefined || logging === "stdoutAndStderr") return new Set(["stdout", "stderr"]);
  return new Set(logging === "stdout" || logging === "stderr" ? [logging] : []);
}

function withoutLastNewline(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString().replace(/\n$/, "");
}
