import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { watchHasLooks } from "./watch-has-looks.ts";

const service = "org1/react-ui";

describe(watchHasLooks.name, () => {
  it("accepts one look", () => {
    expect(findings(watchHasLooks, { services: { [service]: { strategy: { watch: { seconds: 10 } } } } })).toEqual([]);
  });

  it("accepts no watch", () => {
    expect(findings(watchHasLooks, { services: { [service]: { strategy: { watch: { seconds: 0 } } } } })).toEqual([]);
  });

  it("refuses a watch that ends before its first look", () => {
    expect(findings(watchHasLooks, { services: { [service]: { strategy: { watch: { seconds: 9 } } } } })).toEqual([
      "services.org1/react-ui.strategy.watch.intervalSeconds: expected at most the 9 s of the watch, found 10",
    ]);
  });
});
