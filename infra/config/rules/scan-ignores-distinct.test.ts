import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { scanIgnoresDistinct } from "./scan-ignores-distinct.ts";

const ignore = (...entries: readonly object[]) => ({
  gates: { scan: { ignore: entries.map((entry) => ({ reason: "not reached", until: "2026-12-31", ...entry })) } },
});

describe(scanIgnoresDistinct.name, () => {
  it("wants each vulnerability of a package once", () => {
    expect(findings(scanIgnoresDistinct, {})).toEqual([]);
    expect(findings(scanIgnoresDistinct, { gates: { scan: false } })).toEqual([]);
    const zlib = { id: "CVE-2026-1", package: "zlib" };
    expect(findings(scanIgnoresDistinct, ignore({ id: "CVE-2026-1" }, { id: "CVE-2026-2" }, zlib))).toEqual([]);
    expect(findings(scanIgnoresDistinct, ignore(zlib, { id: "CVE-2026-1" }, { ...zlib, until: "2027-01-31" }))).toEqual(
      ["gates.scan.ignore.2: expected each vulnerability of a package once, found CVE-2026-1 in zlib also at 0"],
    );
  });
});
