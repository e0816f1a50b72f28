import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { mountsBelow } from "./mounts.ts";
import { ownership, readOwner, writeOwner } from "./owner.ts";
import { checkSocketPath, createRunFolder } from "./run-folder.ts";

const scratch = mkdtempSync(join(tmpdir(), "sluice-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));

describe("a run folder", () => {
  it("is new each time", () => {
    const runs = join(scratch, "runs");
    const [one, two] = [createRunFolder("host", runs), createRunFolder("host", runs)];
    expect([existsSync(one), existsSync(two), one === two]).toEqual([true, true, false]);
  });

  it("is refused where the place is a link that somebody laid", () => {
    const link = join(scratch, "link");
    symlinkSync("/etc", link);
    expect(() => createRunFolder("host", link)).toThrow(`${link} is not a folder of ours`);
  });

  it.each([
    [107, true],
    [108, false],
  ])("takes a socket path of %i bytes: %s", (length, fits) => {
    const check = () => checkSocketPath("/".padEnd(length, "x"));
    if (fits) expect(check).not.toThrow();
    else expect(check).toThrow("1 bytes too long for a unix socket: set TMPDIR to a folder with a short path");
  });
});

describe("its owner", () => {
  const owner = { supervisor: { pid: 2, startTime: 20 }, user: { pid: 1, startTime: 10 } };
  const alive =
    (...pids: readonly number[]) =>
    ({ pid }: { pid: number }) =>
      pids.includes(pid);

  it("is read as written, and absent before", () => {
    expect(readOwner(scratch)).toBeUndefined();
    writeOwner(scratch, owner);
    expect(readOwner(scratch)).toEqual(owner);
  });

  it.each([
    ["used", "both live", owner, [1, 2], 0],
    ["ending", "the user is gone", owner, [2], 0],
    ["leftover", "the supervisor was killed", owner, [1], 0],
    ["leftover", "both are gone", owner, [], 0],
    ["used", "it was made just now", undefined, [], 59_000],
    ["leftover", "it was made long ago and nobody ever took it", undefined, [], 60_000],
  ] as const)("makes it %s when %s", (kind, _when, given, pids, ageMs) => {
    expect(ownership(given, ageMs, alive(...pids))).toEqual({ kind });
  });
});

describe("mounts below a folder", () => {
  it("are found last first, with spaces in their names, and none beside it", () => {
    const line = (path: string) => `36 35 98:0 / ${path} rw,noatime master:1 - ext3 /dev/root rw`;
    const info = ["/", "/run/one", "/run/one/a\\040b", "/run/one-more/x", "/run/one/a\\040b/c"].map(line).join("\n");
    expect(mountsBelow(info, "/run/one")).toEqual(["/run/one/a b/c", "/run/one/a b", "/run/one"]);
  });
});
