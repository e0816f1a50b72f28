import type { Client, ClientChannel } from "ssh2";

/** Becomes the command that it reads; `read` takes one line and leaves the rest to the command as its input. */
const waitForOne = `exec /bin/sh -c 'IFS= read -r command && eval "exec $command"'`;

/** As many as a rollback calls one after another. */
const kept = 2;

/**
 * Shells on a host that wait for one command each. Their channel is open and the user's login shell has read its start-up
 * files (bash does, under sshd) before there is a hurry: a call costs one round trip and the command itself.
 */
export class WaitingShells {
  readonly #client: Client;
  readonly #waiting = new Set<ClientChannel>();
  #opening = 0;

  constructor(client: Client) {
    this.#client = client;
    this.refill();
  }

  /** One that waits, if there is one. */
  take(): ClientChannel | undefined {
    const [channel] = this.#waiting;
    if (channel) this.#waiting.delete(channel);
    return channel;
  }

  /** Opens what was taken; not before the hurry is over. */
  refill(): void {
    for (; this.#waiting.size + this.#opening < kept; this.#opening++) {
      this.#client.exec(waitForOne, (error, channel: ClientChannel) => {
        this.#opening--;
        if (error) return; // the next call will say what is wrong
        this.#waiting.add(channel);
        channel.on("error", () => undefined);
        channel.once("close", () => this.#waiting.delete(channel));
      });
    }
  }
}
