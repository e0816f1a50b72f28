import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { RegistrySettings } from "../../infra/model/settings/environment.ts";
import type { Engine, Shell, SshLogin } from "../../infra/model/settings/host.ts";
import type { SecretReader } from "./secret-reader.ts";

export interface EngineProviderArgs {
  /** How the Docker Engine API is reached. */
  engine: Engine;
  /** Shell of the same host; an engine of kind `ssh` goes through it. */
  shell: Shell;
  /**
   * Private registries that the engine may pull from.
   * @default none
   */
  registries?: readonly RegistrySettings[];
  /** Reads certificates and passwords. */
  secret: SecretReader;
}

/**
 * The provider through which containers of one host are declared.
 *
 * @throws InputPropertyError when the engine is of kind `ssh` and the shell isn't, or its key isn't a file.
 */
export function engineProvider(name: string, args: EngineProviderArgs, opts?: pulumi.ResourceOptions): docker.Provider {
  const { registries = [], secret } = args;
  const registryAuth = registries.map(({ address, username, password }) => ({
    address,
    username,
    password: secret(password),
  }));
  return new docker.Provider(name, { ...connection(args), ...(registryAuth.length > 0 ? { registryAuth } : {}) }, opts);
}

function connection({ engine, shell, secret }: EngineProviderArgs): docker.ProviderArgs {
  switch (engine.kind) {
    case "unix":
      return { host: `unix://${engine.socket}` };
    case "tcp":
      return {
        host: `tcp://${engine.host}:${engine.port}`,
        caMaterial: secret(engine.tls.ca),
        certMaterial: secret(engine.tls.cert),
        keyMaterial: secret(engine.tls.key),
      };
    case "ssh":
      if (shell.kind !== "ssh") throw property("shell", "an engine of kind ssh needs a shell of kind ssh");
      return { host: `ssh://${shell.user}@${shell.host}:${shell.port}`, sshOpts: sshOptions(shell) };
  }
}

/** Options for the `ssh` client: only this key, only this host key, and nothing of the user's own files. */
function sshOptions({ privateKey: { secret }, hostKey }: SshLogin): string[] {
  if (!("file" in secret)) throw property("shell.privateKey", "an engine of kind ssh needs { secret: { file: PATH } }");
  const options = [
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    "UserKnownHostsFile=/dev/null",
    // Prints a known_hosts line for whatever host is asked for, so that the settings alone say which key is right.
    `KnownHostsCommand=/bin/echo %H ${hostKey.split(" ").slice(0, 2).join(" ")}`,
  ];
  return ["-i", secret.file, ...options.flatMap((option) => ["-o", option])];
}

function property(propertyPath: string, reason: string): Error {
  return new pulumi.InputPropertyError({ propertyPath, reason });
}
