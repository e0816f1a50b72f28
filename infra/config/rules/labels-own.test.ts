import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { labelsOwn } from "./labels-own.ts";

const service = "org1/react-ui";

describe(labelsOwn.name, () => {
  it("accepts other labels", () => {
    expect(
      findings(labelsOwn, { services: { [service]: { container: { labels: { team: "a", "org.example": "b" } } } } }),
    ).toEqual([]);
  });

  it("refuses labels that Sluice sets", () => {
    expect(
      findings(labelsOwn, {
        services: { [service]: { container: { labels: { slot: "a", "sluice.host": "b", team: "c" } } } },
      }),
    ).toEqual([
      "services.org1/react-ui.container.labels.slot: expected another label: org, service, slot, version and sluice.* are set by Sluice",
      "services.org1/react-ui.container.labels.sluice.host: expected another label: org, service, slot, version and sluice.* are set by Sluice",
    ]);
  });
});
