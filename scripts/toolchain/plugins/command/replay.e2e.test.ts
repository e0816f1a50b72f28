import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandPlugin } from "./plugin.ts";
import type { Sshd } from "./testing/sshd.ts";
import { startSshd } from "./testing/sshd.ts";
import { commandCalls, make, onWire } from "./testing/transcripts.ts";

const silent = { log: () => Promise.resolve(), status: () => Promise.resolve() };
const SECONDS = 60_000;

describe("the whole life of the recorded stack", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd("127.0.92.1", 29200);
    mkdirSync(join(sshd.folder, "tree/inner"), { recursive: true });
    writeFileSync(join(sshd.folder, "tree/inner/file"), "content");
  });
  afterAll(() => sshd.stop());

  it(
    "is answered as the official plugin answered it, on real processes and a real SSH server",
    async () => {
      const plugin = commandPlugin(silent);
      const rewrite = (line: string) =>
        line
          .replaceAll("/srv/rec", sshd.folder)
          .replaceAll("./tree", join(sshd.folder, "tree"))
          .replaceAll(
            '"host": "127.0.0.1", "perDialTimeout": 15, "port": 22022',
            '"host": "127.0.92.1", "perDialTimeout": 15, "port": 29200',
          )
          .replaceAll("<private key>", JSON.stringify(sshd.key).slice(1, -1));
      const calls = commandCalls(rewrite).filter(
        ({ method }) => !["Handshake", "GetPluginInfo", "Cancel"].includes(method),
      );
      expect(calls.filter(({ method, request }) => method === "Create" && request["preview"] !== true)).toHaveLength(
        10,
      );
      for (const call of calls) {
        const answer = make(plugin, call).catch((error: Error) => ({ failed: error.message }));
        const failure = call.errors[0]?.replace(/^rpc error: code = \w+ desc = /, "");
        const expected = failure === undefined ? onWire(call.response) : { failed: expect.any(String) as string };
        expect(onWire(await answer), call.where).toEqual(expected);
        if (failure !== undefined)
          expect(sorted(((await answer) as { failed: string }).failed)).toEqual(sorted(failure));
      }
    },
    SECONDS,
  );
});

/** Lines of two streams: their order is the kernel's choice. */
function sorted(text: string): string[] {
  return text.split("\n").sort();
}
