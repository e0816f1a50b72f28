import { constants } from "node:os";
import type { Client, ClientChannel } from "ssh2";
import type { Capture } from "./capture.ts";
import { SessionRefused } from "./ssh-pool.ts";
import type { Variable } from "./ssh-variables.ts";
import { withVariables } from "./ssh-variables.ts";

/** Opens a session, sets the variables one after another, each as answered, and starts the command. */
export function startCommand(client: Client, command: string, variables: readonly Variable[]): Promise<ClientChannel> {
  return whileConnected(client, (resolve, reject) => {
    const sent = variables.length > 0 ? withVariables(client, command, variables, reject) : command;
    client.exec(sent, (error, channel) => {
      if (error) reject(refusal(error));
      else {
        // A quick command's end may come in the same packet as its beginning: nobody would hear it a moment later.
        ends.set(channel, endOf(channel));
        resolve(channel);
      }
    });
  });
}

const ends = new WeakMap<ClientChannel, Promise<string | undefined>>();

/** How the command failed, if it did, once the server has closed the session. */
function endOf(channel: ClientChannel): Promise<string | undefined> {
  let ended: string | undefined = "wait: remote command exited without exit status or exit signal";
  channel.on("exit", (code: number | null, name?: string, _dumped?: string, description?: string) => {
    ended = code === 0 ? undefined : exitText(code, name, description);
  });
  return new Promise((resolve) => channel.once("close", () => resolve(ended)));
}

/** A lost connection leaves some of ssh2's calls without an answer: this one has it. */
export function whileConnected<T>(
  client: Client,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const lost = () => reject(new SessionRefused("ssh: the connection was lost"));
    const forget = () => client.removeListener("close", lost);
    client.once("close", lost);
    start(
      (value) => (forget(), resolve(value)),
      (error) => (forget(), reject(error)),
    );
  });
}

/** The error of a session that couldn't be opened. */
export function refusal(error: Error): Error {
  const opened = /open failure: (.*)$/i.exec(error.message);
  if (opened) return new SessionRefused(`ssh: rejected: connect failed (${opened[1]})`);
  return error.message === "Unable to exec" ? new Error("ssh: command exec failed") : error;
}

/** How the command of a session failed, if it did. Ends when the server has closed the session; see `killSessions`. */
export function finishCommand(
  client: Client,
  channel: ClientChannel,
  stdin: string,
  capture: Capture,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stop = () => killSessions(client);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  channel.on("data", (chunk: Buffer) => capture.add("stdout", chunk));
  channel.stderr.on("data", (chunk: Buffer) => capture.add("stderr", chunk));
  // A command may end without having read its input: that is no failure of its own.
  channel.on("error", () => undefined);
  channel.end(stdin);
  return (ends.get(channel) ?? endOf(channel)).finally(() => signal.removeEventListener("abort", stop));
}

/** The children of the process that serves the connection are its sessions, each the leader of a process group. */
const KILL_SESSIONS = `exec sh -c 'ps -A -o pid= -o ppid= | while read -r pid parent; do
  if [ "$parent" = "$PPID" ] && [ "$pid" != "$$" ]; then kill -s KILL -- "-$pid"; fi
done'`;
const KILL_MS = 5_000;
const killed = new WeakSet<Client>();

/**
 * Kills the commands of all sessions of a connection, or else closes it. OpenSSH passes no signal on for root, and lets
 * commands run on whose connection is closed, so another session does it.
 */
function killSessions(client: Client): void {
  if (killed.has(client)) return;
  killed.add(client);
  const close = () => client.destroy();
  const late = setTimeout(close, KILL_MS);
  client.once("close", () => clearTimeout(late));
  try {
    client.exec(KILL_SESSIONS, (error, channel) => {
      if (error) close();
      else channel.resume();
    });
  } catch {
    close();
  }
}

function exitText(code: number | null, name: string | undefined, description: string | undefined): string {
  if (name === undefined) return `Process exited with status ${code}`;
  const status = 128 + (constants.signals[name as NodeJS.Signals] ?? 0);
  const reason = description ? `. Reason was: ${description}` : "";
  return `Process exited with status ${status} from signal ${name.replace(/^SIG/, "")}${reason}`;
}
