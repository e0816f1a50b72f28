import { Client } from "ssh2";
import type { SshAccess } from "../sshd.ts";

/** Runs a command over SSH, in the key that the server must show; its standard output. */
export function sshRun({ host, port, user, privateKey, hostKey }: SshAccess, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.once("error", reject).once("ready", () => {
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        let output = "";
        channel.on("data", (data: Buffer) => (output += data.toString()));
        channel.once("close", () => {
          client.end();
          resolve(output);
        });
      });
    });
    const expected = hostKey.split(" ")[1] ?? "";
    const hostVerifier = (key: Buffer) => key.toString("base64") === expected;
    client.connect({ host, port, username: user, privateKey, hostVerifier });
  });
}
