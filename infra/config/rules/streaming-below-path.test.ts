import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { streamingBelowPath } from "./streaming-below-path.ts";

const service = "org1/react-ui";

describe(streamingBelowPath.name, () => {
  it("accepts paths of the service", () => {
    expect(
      findings(streamingBelowPath, {
        services: { [service]: { route: { path: "/app", streaming: ["/app/events"] } } },
      }),
    ).toEqual([]);
  });

  it("refuses a path of another service", () => {
    expect(
      findings(streamingBelowPath, {
        services: { [service]: { route: { path: "/app", streaming: ["/app/events", "/events"] } } },
      }),
    ).toEqual([
      'services.org1/react-ui.route.streaming.1: expected a path below the service\'s own, "/app", found "/events"',
    ]);
  });
});
