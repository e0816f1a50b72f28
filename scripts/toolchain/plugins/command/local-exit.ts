import { constants } from "node:os";

const SIGNAL_TEXTS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: "aborted",
  SIGALRM: "alarm clock",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGHUP: "hangup",
  SIGILL: "illegal instruction",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGPIPE: "broken pipe",
  SIGQUIT: "quit",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
};

/** How a process that didn't end with 0 ended. */
export function exitText(code: number | null, ended: NodeJS.Signals | null): string | undefined {
  if (ended !== null) return `signal: ${SIGNAL_TEXTS[ended] ?? `signal ${constants.signals[ended]}`}`;
  return code === 0 ? undefined : `exit status ${code}`;
}
