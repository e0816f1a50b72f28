import { expect, it } from "vitest";
import { siteUrl } from "./site-url.ts";
import { sampleSettings } from "./testing/sample.ts";

const service = "org1/react-ui";
const tls = { certificate: "/datadisk/tls/a.pem", key: "/datadisk/tls/a.key" };
const settings = (site: object, path?: string) =>
  sampleSettings({
    sites: { org1: site },
    services: { [service]: { route: { site: "org1", ...(path ? { path } : {}) } } },
  });

it.each<[string, object, string | undefined, string | null]>([
  ["a name", { serverNames: ["app.example.com"] }, undefined, "http://app.example.com/"],
  ["TLS and a path", { serverNames: ["app.example.com"], port: 443, tls }, "/ui/", "https://app.example.com/ui/"],
  ["another port", { serverNames: ["app.example.com"], port: 8443, tls }, undefined, "https://app.example.com:8443/"],
  ["a pattern first", { serverNames: ["*.example.com", "b.example.com"] }, undefined, "http://b.example.com/"],
  ["no name", {}, undefined, null],
])("where users find a service whose site has %s", (_what, site, path, url) => {
  expect(siteUrl(settings(site, path), service)).toBe(url);
});

it("is not known of a service that isn't there", () => {
  expect(siteUrl(sampleSettings(), "org9/none")).toBeNull();
});
