import type { Client } from "ssh2";

/**
 * ssh2 sends environment variables without waiting for the server's answers, and starts the command whatever they are.
 * The official plugin has each answered first. So the requests are slipped in just before ssh2's own "exec", by way of
 * parts of ssh2 that aren't its public interface: its version is pinned, and the end-to-end tests see when it changes.
 */
interface Internals {
  readonly _protocol: {
    exec(recipient: number, command: string, wantReply: boolean): void;
    env(recipient: number, name: string, value: string, wantReply: boolean): void;
  };
  readonly _chanMgr: { readonly _channels: Readonly<Record<string, InnerChannel>> };
}

/** The server's answers to a channel's requests come in their order: each takes the first of the callbacks. */
interface InnerChannel {
  readonly outgoing?: { readonly id: number };
  readonly _callbacks: ((refused: boolean) => void)[];
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Called when the server doesn't accept the variable. The command isn't started where it throws. */
  readonly refused: () => Promise<void>;
}

/** What to do with a command that is about to start, by the token that stands for it. */
type Starts = Map<string, (recipient: number) => void>;
const startsByClient = new WeakMap<Client, Starts>();

/**
 * Registers a command with its variables: give the token that it returns to `exec` in the command's stead. `failed` is
 * told when a refused variable keeps the command from being started.
 */
export function withVariables(
  client: Client,
  command: string,
  variables: readonly Variable[],
  failed: (error: Error) => void,
): string {
  const inner = client as unknown as Internals;
  const starts = startsByClient.get(client) ?? intercept(client, inner);
  const token = `start ${Math.random()}`;
  starts.set(token, (recipient) => {
    starts.delete(token);
    setAll(inner, recipient, variables).then(() => inner._protocol.exec(recipient, command, true), failed);
  });
  return token;
}

function intercept(client: Client, { _protocol: protocol }: Internals): Starts {
  const starts: Starts = new Map();
  const exec = protocol.exec.bind(protocol);
  protocol.exec = (recipient, command, wantReply) => {
    const start = starts.get(command);
    if (start) start(recipient);
    else exec(recipient, command, wantReply);
  };
  startsByClient.set(client, starts);
  return starts;
}

async function setAll(inner: Internals, recipient: number, variables: readonly Variable[]): Promise<void> {
  const channel = Object.values(inner._chanMgr._channels).find(({ outgoing }) => outgoing?.id === recipient);
  if (channel === undefined) throw new Error("ssh: the session ended before its command was started");
  for (const { name, value, refused } of variables) {
    const isRefused = await new Promise<boolean>((answered) => {
      // Before the callback of "exec", which ssh2 has put there already.
      channel._callbacks.unshift(answered);
      inner._protocol.env(recipient, name, value, true);
    });
    if (isRefused) await refused();
  }
}
