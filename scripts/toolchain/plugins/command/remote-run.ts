import { Capture } from "./capture.ts";
import type { Results } from "./capture.ts";
import { quote } from "./go-text.ts";
import type { RemoteCommand } from "./inputs.ts";
import { previousOutputs } from "./local-run.ts";
import type { Operation } from "./operation.ts";
import type { Pool } from "./ssh-pool.ts";
import { finishCommand, startCommand } from "./ssh-session.ts";
import type { Variable } from "./ssh-variables.ts";

/** Runs a command on another host and returns what it wrote. Throws where it can't be started or doesn't end with 0. */
export async function runRemote(
  command: string,
  inputs: RemoteCommand,
  before: Results,
  operation: Operation,
  pool: Pool,
): Promise<Results> {
  return pool(inputs.connection, operation, async ({ client }) => {
    const capture = new Capture(operation, inputs.logging);
    const channel = await startCommand(client, command, variables(inputs, before, operation));
    const failure = await finishCommand(client, channel, inputs.stdin ?? "", capture, operation.signal);
    await capture.done();
    if (failure !== undefined) throw new Error(`${failure}: running ${quote(command)}:\n${capture.everything()}`);
    return capture.results();
  });
}

/** A refused variable of the program's own is a failure; the previous outputs are only offered. */
function variables(inputs: RemoteCommand, before: Results, operation: Operation): Variable[] {
  const own = Object.entries(inputs.environment).map(([name, value]) => ({
    name,
    value,
    refused: async () => {
      await operation.log("ERROR", unaccepted(name));
      throw new Error(`could not set environment variable ${quote(name)}: ssh: setenv failed`);
    },
  }));
  const offered = Object.entries(previousOutputs(inputs, before)).map(([name, value]) => ({
    name,
    value,
    refused: () => operation.log("WARNING", unaccepted(name)),
  }));
  return [...own, ...offered];
}

/** With the line breaks of the official plugin's message. */
function unaccepted(name: string): string {
  return (
    `Unable to set '${name}'. This only works if your SSH server is configured to accept\n` +
    "\tthese variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could\n" +
    "\tprefix the command itself with the variables in the form 'VAR=value command'"
  );
}
