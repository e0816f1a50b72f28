import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { assetsBelowPath } from "./assets-below-path.ts";

const service = "org1/react-ui";
const of = (route: { path?: string; assets?: string[] }) =>
  findings(assetsBelowPath, { services: { [service]: { route } } });

describe(assetsBelowPath.name, () => {
  it.each([
    { path: "/app", assets: ["/app/assets", "/app/assets/", "/app", "/app/"] },
    { path: "/app/", assets: ["/app/assets", "/app"] },
    { assets: ["/assets", "/"] },
    { path: "/app", assets: [] },
    { path: "/app" },
  ])("accepts $assets of a service at $path", (route) => {
    expect(of(route)).toEqual([]);
  });

  it("refuses paths of another service, also one whose name only begins alike", () => {
    expect(of({ path: "/app", assets: ["/app/assets", "/assets", "/application/assets"] })).toEqual([
      'services.org1/react-ui.route.assets.1: expected a path below the service\'s own, "/app", found "/assets"',
      'services.org1/react-ui.route.assets.2: expected a path below the service\'s own, "/app", found "/application/assets"',
    ]);
  });
});
