import { createConnection } from "node:net";
import type ssh2Module from "ssh2";
import type { AnyAuthMethod, ParsedKey } from "ssh2";
import { errorText } from "./go-text.ts";
import type { Endpoint } from "./inputs.ts";

export type Ssh2 = typeof ssh2Module;

/** The ways to sign in, in the official plugin's order. Throws where the private key or the agent can't be used. */
export async function authMethods(endpoint: Endpoint, ssh2: Ssh2): Promise<AnyAuthMethod[]> {
  const { user: username, password } = endpoint;
  const methods: AnyAuthMethod[] = [{ type: "none", username }];
  if (endpoint.privateKey !== undefined) {
    methods.push({ type: "publickey", username, key: parsePrivateKey(endpoint, endpoint.privateKey, ssh2) });
  }
  if (password !== undefined) {
    methods.push({ type: "password", username, password });
    methods.push({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
    });
  }
  const agent = endpoint.agentSocketPath ?? (process.env["SSH_AUTH_SOCK"] || undefined);
  if (agent === undefined) return methods;
  await reachAgent(agent);
  // A server counts the agent's keys and the given one as one method, of which the first is tried.
  return endpoint.privateKey === undefined ? [...methods, { type: "agent", username, agent }] : methods;
}

/** What a failed sign-in says it tried. */
export function attempted(methods: readonly AnyAuthMethod[]): string {
  return methods.map(({ type }) => (type === "agent" ? "publickey" : type)).join(" ");
}

function parsePrivateKey(endpoint: Endpoint, key: string, ssh2: Ssh2): ParsedKey {
  const passphrase = endpoint.privateKeyPassword;
  const bare = ssh2.utils.parseKey(key);
  if (!(bare instanceof Error)) {
    if (passphrase === undefined) return firstKey(bare);
    throw new Error(isOpenSsh(key) ? "ssh: key is not password protected" : "ssh: not an encrypted key");
  }
  if (!/passphrase/i.test(bare.message)) throw new Error(isPem(key) ? `ssh: ${bare.message}` : "ssh: no key found");
  if (passphrase === undefined) throw new Error("ssh: this private key is passphrase protected");
  const opened = ssh2.utils.parseKey(key, passphrase);
  if (opened instanceof Error) throw new Error("x509: decryption password incorrect");
  return firstKey(opened);
}

export function firstKey(keys: ParsedKey | ParsedKey[]): ParsedKey {
  return Array.isArray(keys) ? keys[0]! : keys;
}

function isPem(key: string): boolean {
  return key.includes("-----BEGIN ");
}

function isOpenSsh(key: string): boolean {
  return key.includes("BEGIN OPENSSH PRIVATE KEY");
}

function reachAgent(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once("connect", () => (socket.destroy(), resolve()));
    socket.once("error", (error) => reject(new Error(`dial unix ${path}: connect: ${errorText(error)}`)));
  });
}
