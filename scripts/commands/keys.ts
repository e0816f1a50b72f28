import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { newKey } from "../../infra/adapters/signer.ts";
import { InputError } from "../../infra/model/errors.ts";
import { command, group, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";

interface Options {
  readonly json?: boolean;
}

export function keysCommand(): Command {
  const create = command("new", "a new key for `signing`: the private one to a file, the public one to the terminal", [
    "keys new ~/.sluice/prod.pem",
  ])
    .argument("<file>", "where the private key goes; must not be there yet")
    .action((file: string, options: Options) =>
      perform(options, async ({ out }) => {
        const { privatePem, publicBase64 } = newKey();
        await writeFile(file, privatePem, { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
          const message = `expected a path at which a file can be made (${error.code ?? "error"})`;
          throw new InputError("The key can't be written:", [{ key: file, message }]);
        });
        out.result({ file, publicKey: publicBase64 }, publicBase64);
        return exitCode.done;
      }),
    );
  return group("keys", "keys by which decisions and evidence are signed", [create]);
}
