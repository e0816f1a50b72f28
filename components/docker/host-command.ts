import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { Shell, SshLogin } from "../../infra/model/settings/host.ts";
import type { SecretReader } from "./secret-reader.ts";

export interface HostCommandArgs {
  /** Where the scripts run: here, or on a host over SSH. */
  shell: Shell;
  /** Reads the SSH key. */
  secret: SecretReader;
  /** POSIX sh run when the resource is created. */
  create: pulumi.Input<string>;
  /**
   * Run instead of a replacement when an input changed. A command without it and without triggers does nothing then.
   * @default none
   */
  update?: pulumi.Input<string>;
  /**
   * Run when the resource is deleted.
   * @default none
   */
  delete?: pulumi.Input<string>;
  /**
   * Standard input of all of them.
   * @default empty
   */
  stdin?: pulumi.Input<string>;
  /**
   * The command is run anew when one of these changed: delete with the old inputs comes after create with the new ones.
   * @default none
   */
  triggers?: pulumi.Input<unknown>[];
}

/**
 * The same scripts on a local shell and over SSH.
 *
 * A host whose shell changes from one to the other keeps the resource: a new one would have the old one's `delete` run
 * after its own `create`.
 */
export function hostCommand(
  name: string,
  { shell, secret, ...scripts }: HostCommandArgs,
  opts?: pulumi.CustomResourceOptions,
): command.local.Command | command.remote.Command {
  switch (shell.kind) {
    case "local":
      return new command.local.Command(name, scripts, alsoKnownAs("command:remote:Command", opts));
    case "ssh":
      return new command.remote.Command(
        name,
        { connection: connection(shell, secret), ...scripts },
        alsoKnownAs("command:local:Command", opts),
      );
  }
}

function connection({ host, port, user, privateKey, hostKey }: SshLogin, secret: SecretReader) {
  return { host, port, user, privateKey: secret(privateKey), hostKey };
}

function alsoKnownAs(type: string, opts?: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return { ...opts, aliases: [{ type }] };
}
