import { describe, expect, it } from "vitest";
import { RefusedError, UnknownError } from "../../model/errors.ts";
import { engineFailure, engineWords } from "./errors.ts";

const report = (stderr: string, stdout = "") =>
  new Error(`code: -2\n stdout: ${stdout}\n stderr: ${stderr}\n err?: \n`);

describe("engineFailure", () => {
  it("says who holds the lock of a stack, and how a dead one's is taken away", () => {
    const said =
      "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
      "  file:///state/.pulumi/locks/x.json: created by ann@ci (pid 42) at 2026-01-01T10:00:00Z";
    const failure = engineFailure("update", "dev.org1.web", report(said));
    expect(failure).toBeInstanceOf(RefusedError);
    expect(failure.message).toBe(
      "Another update of stack dev.org1.web is under way (by ann@ci (pid 42), since 2026-01-01T10:00:00Z); nothing was " +
        "changed. If that one is dead, `pulumi cancel -s dev.org1.web` takes its lock away.",
    );
  });

  it.each([
    ["error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE", "none is given"],
    ["error: getting stack configuration: incorrect passphrase", "isn't the one"],
  ])("explains %s", (said, meaning) => {
    const failure = engineFailure("preview", "dev", report(said));
    expect(failure).toBeInstanceOf(UnknownError);
    expect(failure.message).toContain(meaning);
    expect(failure.cause).toBeInstanceOf(Error);
  });
});

describe("engineWords", () => {
  it("leaves out the steps that were not taken because another one failed", () => {
    const said = [
      "Diagnostics:",
      "  docker:index:Container (host-a-blue):",
      "    error: 1 error occurred:",
      "    \t* container never got healthy",
      "",
      "  command:local:Command (host-a-route):",
      "    error: expected resource operations for urn:pulumi:dev::sluice::x::host-a-route but none were seen",
      "",
    ].join("\n");
    expect(engineWords(said)).toBe(
      ["docker:index:Container (host-a-blue):", "  error: 1 error occurred:", "  \t* container never got healthy"].join(
        "\n",
      ),
    );
  });

  it("keeps each error with what it quotes, and drops progress, the script that ran, and repetitions", () => {
    const diagnostics = [
      "Updating (dev):",
      ' +  command:local:Command a-config creating (0s) error: exit status 3: running "set -eu\\n\'/srv/sluice-host\' \\"x\\"":',
      "Diagnostics:",
      "  command:local:Command (a-config):",
      '    error: exit status 3: running "set -eu\\n\'/srv/sluice-host\' \\"x\\"":',
      '    {"ok":false,"kind":"refused","message":"nginx refuses the configuration: unknown directive"}',
      "",
      "  pulumi:pulumi:Stack (sluice-dev):",
      "    error: update failed",
      "",
      "Resources:",
      "    1 errored",
    ].join("\n");
    expect(engineWords(`code: 1\n stdout: ${diagnostics}\n stderr: \n`)).toBe(
      [
        "command:local:Command (a-config):",
        "  error: exit status 3:",
        '  {"ok":false,"kind":"refused","message":"nginx refuses the configuration: unknown directive"}',
      ].join("\n"),
    );
  });

  it("falls back to the errors themselves, and to the whole report", () => {
    const several = "error: 2 errors occurred:\n    1) open lock: read-only file system\n    2) Unknown";
    expect(engineWords(`code: -2\n stdout: \n stderr: Command failed\n${several}\n err?: Error\n${several}\n`)).toBe(
      several,
    );
    expect(engineWords("code: 255\n stdout: \n stderr: error: no backend\n")).toBe("error: no backend");
    expect(engineWords("something else\n")).toBe("something else");
  });
});
