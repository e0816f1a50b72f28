import { describe, expect, it } from "vitest";
import { declaredBy } from "../testing/declared.ts";
import { sampleSecret, sampleSsh } from "../testing/samples.ts";
import { hostCommand } from "./host-command.ts";

const scripts = { create: "make", update: "change", delete: "remove", stdin: "text" };

describe("hostCommand", () => {
  it("runs here for a local shell", async () => {
    expect(
      await declaredBy((parent) =>
        hostCommand("one", { shell: { kind: "local" }, secret: sampleSecret, ...scripts }, { parent }),
      ),
    ).toEqual([
      {
        type: "command:local:Command",
        name: "one",
        inputs: scripts,
        aliases: [{ type: "command:remote:Command" }],
      },
    ]);
  });

  it("runs the same scripts over SSH, with a secret key and the host's own key checked", async () => {
    const [only] = await declaredBy((parent) =>
      hostCommand("one", { shell: sampleSsh, secret: sampleSecret, ...scripts }, { parent }),
    );
    expect(only).toEqual({
      type: "command:remote:Command",
      name: "one",
      aliases: [{ type: "command:local:Command" }],
      inputs: {
        ...scripts,
        connection: {
          secret: {
            host: "10.0.0.7",
            port: 2222,
            user: "deploy",
            privateKey: "value of /keys/deploy",
            hostKey: sampleSsh.hostKey,
            dialErrorLimit: 10,
            perDialTimeout: 15,
          },
        },
      },
    });
  });
});
