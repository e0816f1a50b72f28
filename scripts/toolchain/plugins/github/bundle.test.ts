import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { startGitHub } from "../../../testing/github/server.ts";
import { unsealed } from "../../../testing/github/unseal.ts";
import { bundle } from "../../shims.ts";
import type * as plugin from "./plugin.ts";
import { lifeOf } from "./testing/resource.ts";

it("as one file, as it is installed, the plugin seals a secret", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bundle-"));
  const github = await startGitHub({ users: ["alice"], repositories: ["alice/shop"] });
  try {
    await bundle(folder, { plugin: "plugins/github/plugin.ts" });
    const { githubPlugin } = (await import(pathToFileURL(join(folder, "plugin.mjs")).href)) as typeof plugin;
    const bundled = githubPlugin({ GITHUB_TOKEN: github.token, GITHUB_BASE_URL: github.url });
    await bundled.configure({ variables: {}, args: { writeDelayMs: "0" }, id: "", urn: "" });
    const at = { repository: "shop", environment: "prod" };
    await lifeOf(bundled, "github:index/repositoryEnvironment:RepositoryEnvironment").create(at);
    const secrets = lifeOf(bundled, "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret");
    await secrets.create({ ...at, secretName: "KEY", value: "hush" });
    const there = github.world.repositories.get("alice/shop")?.environments.get("prod");
    expect(there && (await unsealed(there, "KEY"))).toBe("hush");
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await github.close();
  }
});
