import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { prodNamesWindows } from "./prod-names-windows.ts";

describe(prodNamesWindows.name, () => {
  it.each(["local", "dev", "stg", "uat"])("lets %s leave them out", (name) => {
    expect(findings(prodNamesWindows, {}, name)).toEqual([]);
  });

  it.each([false, { timeZone: "Europe/Berlin" }])("accepts %j in prod", (windows) => {
    expect(findings(prodNamesWindows, { gates: { windows } }, "prod")).toEqual([]);
  });

  it("wants prod to say one or the other", () => {
    const missing = "gates.windows: expected when releases may come into prod, or false for at any time, found nothing";
    expect(findings(prodNamesWindows, {}, "prod")).toEqual([missing]);
    expect(findings(prodNamesWindows, { gates: { plan: {} } }, "prod")).toEqual([missing]);
  });
});
