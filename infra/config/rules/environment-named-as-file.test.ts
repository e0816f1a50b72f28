import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { environmentNamedAsFile } from "./environment-named-as-file.ts";

describe(environmentNamedAsFile.name, () => {
  it("accepts the file's own name", () => {
    expect(findings(environmentNamedAsFile, {}, "dev")).toEqual([]);
  });

  it("refuses another one", () => {
    expect(findings(environmentNamedAsFile, {}, "prod")).toEqual([
      'environment: expected "prod" as the file is called, found "dev"',
    ]);
  });
});
