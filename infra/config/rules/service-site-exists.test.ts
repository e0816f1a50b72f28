import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { serviceSiteExists } from "./service-site-exists.ts";

const service = "org1/react-ui";

describe(serviceSiteExists.name, () => {
  it("accepts the default site", () => {
    expect(findings(serviceSiteExists, {})).toEqual([]);
  });

  it("accepts a site of the settings", () => {
    expect(
      findings(serviceSiteExists, { sites: { org1: {} }, services: { [service]: { route: { site: "org1" } } } }),
    ).toEqual([]);
  });

  it("refuses the default when sites have other names", () => {
    expect(findings(serviceSiteExists, { sites: { org1: {} } })).toEqual([
      'services.org1/react-ui.route.site: found "default" (the default), which is not among `sites`; expected one of org1',
    ]);
  });

  it("refuses a misspelt site", () => {
    expect(
      findings(serviceSiteExists, { sites: { main: {} }, services: { [service]: { route: { site: "mian" } } } }),
    ).toEqual(['services.org1/react-ui.route.site: found "mian", which is not among `sites`; did you mean "main"?']);
  });
});
