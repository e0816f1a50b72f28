import { shellQuoted } from "../../gateway/index.ts";

/** What a command on a host came to. */
export interface Ran {
  /** null when it was ended by a signal or by its time limit. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a port of a host is reached from this machine. */
export interface Reached {
  readonly host: string;
  readonly port: number;
}

/** Runs commands on a host and reaches the ports on its loopback; connections stay open between calls. */
export interface HostShell {
  /** @throws UnknownError when the host can't be reached or the time limit passes: nobody knows whether it ran. */
  run(argv: readonly string[], options: { readonly stdin?: string; readonly timeoutMs: number }): Promise<Ran>;
  reach(address: string, port: number): Promise<Reached>;
  close(): Promise<void>;
}

/** One word of a POSIX shell that stands for just this text; never an assignment, wherever it stands. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_/.:@%+,-]+$/.test(word) ? word : shellQuoted(word);
}
