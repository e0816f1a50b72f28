import { constants } from "node:os";
import type { Client, ClientChannel } from "ssh2";
import type { Capture } from "./capture.ts";
import { SessionRefused } from "./ssh-pool.ts";
import type { Variable } from "./ssh-variables.ts";
import { withVariables } from "./ssh-variables.ts";

/** Opens a session, sets the variables one after another, each as answered, and starts the command. */
export function startCommand(client: Client, command: string, variables: readonly Variable[]): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    const sent = variables.length > 0 ? withVariables(client, command, variables, fail) : command;
    client.once("close", () => fail(new SessionRefused("ssh: the connection was lost")));
    client.exec(sent, (error, channel) => {
      if (error) fail(refusal(error));
      else resolve(channel);
    });
  });
}

/** The error of a session that couldn't be opened. */
export function refusal(error: Error): Error {
  const opened = /open failure: (.*)$/i.exec(error.message);
  if (opened) return new SessionRefused(`ssh: rejected: connect failed (${opened[1]})`);
  return error.message === "Unable to exec" ? new Error("ssh: command exec failed") : error;
}

/** How the command of a session failed, if it did. Ends when the server has closed the session. */
export function finishCommand(
  channel: ClientChannel,
  stdin: string,
  capture: Capture,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stop = () => {
    // OpenSSH passes the signal on to the command's process group; closing alone would let it run on.
    channel.signal("KILL");
    channel.close();
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  channel.on("data", (chunk: Buffer) => capture.add("stdout", chunk));
  channel.stderr.on("data", (chunk: Buffer) => capture.add("stderr", chunk));
  // A command may end without having read its input: that is no failure of its own.
  channel.on("error", () => undefined);
  channel.end(stdin);
  let ended: string | undefined = "wait: remote command exited without exit status or exit signal";
  channel.on("exit", (code: number | null, name?: string, _dumped?: string, description?: string) => {
    ended = code === 0 ? undefined : exitText(code, name, description);
  });
  return new Promise<string | undefined>((resolve) => {
    channel.once("close", () => resolve(ended));
  }).finally(() => signal.removeEventListener("abort", stop));
}

function exitText(code: number | null, name: string | undefined, description: string | undefined): string {
  if (name === undefined) return `Process exited with status ${code}`;
  const status = 128 + (constants.signals[name as NodeJS.Signals] ?? 0);
  const reason = description ? `. Reason was: ${description}` : "";
  return `Process exited with status ${status} from signal ${name.replace(/^SIG/, "")}${reason}`;
}
