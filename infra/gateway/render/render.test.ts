import { describe, expect, it } from "vitest";
import { gatewayFiles, routeFiles } from "./index.ts";

const root = "/datadisk";
const slots = { blue: { address: "127.0.1.1", port: 20001 }, green: { address: "127.0.1.1", port: 20002 } };
const route = { service: "org1/react-ui", site: "main", slots };

function text(files: readonly { path: string; text: string }[], path: string): string {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path} among ${files.map((one) => one.path).join(", ")}`);
  return file.text;
}

describe("gatewayFiles", () => {
  const files = gatewayFiles({
    root,
    status: { address: "127.0.1.1", port: 9180 },
    user: "www-data",
    trustedProxies: ["10.0.0.0/8"],
    sites: [
      { name: "main", port: 80, serverNames: ["_"] },
      {
        name: "org1",
        address: "127.0.1.1",
        port: 443,
        serverNames: ["org1.example.com", "*.org1.example.com"],
        tls: { certificate: "/datadisk/tls/org1.pem", key: "/datadisk/tls/org1.key" },
      },
    ],
  });

  it("renders the whole of nginx.conf", async () => {
    await expect(text(files, "nginx.conf")).toMatchFileSnapshot("./golden/nginx.conf");
  });

  it("logs heartbeats for whoever counts its log, and only then", () => {
    const config = {
      root,
      status: { address: "127.0.1.1", port: 9180 },
      sites: [{ name: "m", port: 80, serverNames: ["_"] }],
    };
    const nginx = (heartbeat: boolean) => text(gatewayFiles({ ...config, heartbeat }), "nginx.conf");
    expect(nginx(false)).not.toContain("heartbeat");
    expect(nginx(true)).toContain(`    location = /heartbeat {
      access_log /datadisk/sluice-logs/access.log sluice buffer=32k flush=1s;
      set $sluice_org "_sluice";
      set $sluice_service "heartbeat";
      return 204;
    }
`);
  });

  it("declares each site by a file in its folder", () => {
    expect(files.map(({ path }) => path)).toEqual(["nginx.conf", "sites/main/00-site.conf", "sites/org1/00-site.conf"]);
  });
});

const siteText = (change: { path?: string; assets?: string[] }) =>
  text(routeFiles(root, { ...route, ...change }), "sites/main/org1.react-ui.conf");

describe("routeFiles", () => {
  it("renders the whole of a route", async () => {
    const files = routeFiles(root, { ...route, path: "/ui", streaming: ["/ui/live.v1/"] });
    expect(files.map(({ path }) => path)).toEqual([
      "http.d/org1.react-ui.conf",
      "sites/main/org1.react-ui.conf",
      "status.d/org1.react-ui.conf",
    ]);
    for (const { path, text } of files) await expect(text).toMatchFileSnapshot(`./golden/${path.split("/")[0]}.conf`);
  });

  it("renders the whole of a shadow and of testers, and changes nothing else", async () => {
    const more = {
      testers: { kind: "header", name: "X-Preview", value: "team.1" },
      copies: { address: "127.0.1.1", port: 9180 },
    } as const;
    const plain = routeFiles(root, { ...route, path: "/ui" });
    for (const { path, text } of routeFiles(root, { ...route, path: "/ui", ...more })) {
      const before = plain.find((file) => file.path === path)?.text.split("\n") ?? [];
      const added = text.split("\n").filter((line) => line !== before[0] || before.shift() === undefined);
      expect(before).toEqual([]);
      await expect(`${added.join("\n")}\n`).toMatchFileSnapshot(`./golden/shadow-${path.split("/")[0]}.txt`);
    }
  });

  it("gives no cookie when clients are told apart by a header or their address", () => {
    for (const key of [{ kind: "header", name: "X-User" }, { kind: "address" }] as const) {
      expect(text(routeFiles(root, { ...route, key }), "sites/main/org1.react-ui.conf")).not.toContain("Set-Cookie");
    }
  });

  it("makes one location of a path that ends in a slash, two of one that doesn't", () => {
    const locations = (path: string) => siteText({ path }).match(/^location [^@\n]*\{$/gm);
    expect(locations("/")).toEqual(['location ^~ "/" {']);
    expect(locations("/ui/")).toEqual(['location ^~ "/ui/" {']);
    expect(locations("/ui")).toEqual(['location = "/ui" {', 'location ^~ "/ui/" {']);
  });

  it.each([
    [{}, ["/assets/", "/static/"]],
    [{ path: "/ui" }, ["/ui/assets/", "/ui/static/"]],
    [{ path: "/ui/" }, ["/ui/assets/", "/ui/static/"]],
    [{ path: "/ui", assets: ["/ui/build", "/ui/build/", "/ui"] }, ["/ui/build/", "/ui/"]],
  ])("makes one location of each prefix of assets, inside the service's own: %j", (change, expected) => {
    const found = [...siteText(change).matchAll(/^  location \^~ "(.*)" \{$/gm)].map(([, prefix]) => prefix);
    expect(found).toEqual(expected);
  });

  it("changes no line of what other requests meet, and without assets none at all", () => {
    const without = siteText({ path: "/ui", assets: [] });
    const nested = /^  location [^]*?\n  }\n/gm;
    const named = /\nlocation @\w+_(asset|other|plain) \{[^]*?\n}\n/g;
    expect(siteText({ path: "/ui" }).replace(nested, "").replace(named, "")).toBe(without);
    expect(without).not.toMatch(/intercept|recursive|other/);
  });
});
