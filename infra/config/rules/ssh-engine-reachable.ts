import type { Rule } from "../rule.ts";

/** An engine of kind ssh is reached by the login of the host's shell, with the `ssh` client, which wants a key file. */
export const sshEngineReachable: Rule = {
  name: "ssh-engine-reachable",
  check: ({ hosts }) =>
    Object.entries(hosts).flatMap(([name, { engine, shell }]) => {
      if (engine.kind !== "ssh") return [];
      if (shell.kind !== "ssh") {
        const message = `expected "unix" or "tcp", since the host's shell is not of kind "ssh", found "ssh"`;
        return [{ path: ["hosts", name, "engine", "kind"], message }];
      }
      if ("file" in shell.privateKey.secret) return [];
      const message = 'expected { secret: { file: PATH } } for an engine of kind "ssh", found { secret: { env: ... } }';
      return [{ path: ["hosts", name, "shell", "privateKey"], message }];
    }),
};
