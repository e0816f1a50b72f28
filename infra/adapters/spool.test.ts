import { appendFile, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Spooled } from "../driver/ports.ts";
import { fileSpool } from "./spool.ts";

let folder = "";
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "sluice-spool-"))));
afterEach(() => rm(folder, { recursive: true }));

const stream = "local/org1/react-ui";
const line = (rollout: string): Spooled => ({
  event: { kind: "rollingBack", rollout, reason: "5 % errors\nand a line" },
  by: "alice",
  at: "2026-01-01T00:00:00.000Z",
  after: 7,
  doubtful: false,
});

describe("the spool", () => {
  it("is empty before anything was put in, and after it was cleared", async () => {
    const spool = fileSpool(join(folder, "deep", "er"));
    expect(await spool.read(stream)).toEqual([]);
    await spool.add(stream, line("r1"));
    await spool.clear(stream);
    await spool.clear(stream);
    expect(await spool.read(stream)).toEqual([]);
  });

  it("keeps lines in their order, each stream apart, for its user alone", async () => {
    const spool = fileSpool(folder);
    await spool.add(stream, line("r1"));
    await spool.add(stream, line("r2"));
    await spool.add("local/org2/react-ui", line("r3"));
    expect(await fileSpool(folder).read(stream)).toEqual([line("r1"), line("r2")]);
    const [file = ""] = await readdir(folder);
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it("drops a last line that was cut short, and the next one is whole all the same", async () => {
    const spool = fileSpool(folder);
    await spool.add(stream, line("r1"));
    const file = join(folder, (await readdir(folder))[0] ?? "");
    const whole = await readFile(file, "utf8");
    await appendFile(file, whole.slice(0, whole.length / 2));
    expect(await spool.read(stream)).toEqual([line("r1")]);
    await spool.add(stream, line("r2"));
    expect(await spool.read(stream)).toEqual([line("r1"), line("r2")]);
  });
});
