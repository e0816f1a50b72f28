import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { sitePathsDistinct } from "./site-paths-distinct.ts";

const service = "org1/react-ui";

describe(sitePathsDistinct.name, () => {
  it("accepts paths of their own", () => {
    expect(
      findings(sitePathsDistinct, {
        services: { "org2/api": { image: "api", ports: { blue: 1, green: 2 }, route: { path: "/api" } } },
      }),
    ).toEqual([]);
  });

  it("accepts one path on two sites", () => {
    expect(
      findings(sitePathsDistinct, {
        services: { "org2/api": { image: "api", ports: { blue: 1, green: 2 }, route: { site: "other" } } },
      }),
    ).toEqual([]);
  });

  it("accepts one path on two hosts", () => {
    expect(
      findings(sitePathsDistinct, {
        services: {
          [service]: { hosts: ["host-a"] },
          "org2/api": { image: "api", ports: { blue: 1, green: 2 }, hosts: ["host-b"] },
        },
      }),
    ).toEqual([]);
  });

  it("refuses one path, with and without the slash", () => {
    expect(
      findings(sitePathsDistinct, {
        services: {
          [service]: { route: { path: "/app" } },
          "org2/api": { image: "api", ports: { blue: 1, green: 2 }, route: { path: "/app/" } },
        },
      }),
    ).toEqual([
      'services.org2/api.route.path: expected a path of its own on site "default", found "/app/", which org1/react-ui has',
    ]);
  });
});
