import type Docker from "dockerode";
import { tarOf } from "../../local/image-files.ts";
import { finished, push } from "../../local/images.ts";

/** Environment variables baked into a release, by version: what goes wrong with it. */
export type Releases = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Builds an image of its own for each version from one base, and pushes it with the version as its tag.
 * @returns the references by digest
 */
export async function pushReleases(
  engine: Docker,
  { base, repository, releases }: { readonly base: string; readonly repository: string; readonly releases: Releases },
): Promise<Readonly<Record<string, string>>> {
  const pushed: Record<string, string> = {};
  for (const [version, environment] of Object.entries(releases)) {
    const lines = Object.entries({ E2E_RELEASE: version, ...environment }).map(
      ([name, value]) => `ENV ${name}=${value}`,
    );
    const text = [`FROM ${base}`, ...lines, ""].join("\n");
    const context = tarOf([{ kind: "text", path: "/Dockerfile", text }]);
    const reference = `sluice-e2e/${repository.split("/").slice(1).join("/")}:${version}`;
    await finished(engine, await engine.buildImage(context, { t: reference }));
    pushed[version] = await push(engine, reference, repository, version);
  }
  return pushed;
}
