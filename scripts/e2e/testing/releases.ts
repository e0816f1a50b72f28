import type Docker from "dockerode";
import { tarOf } from "../../local/image-files.ts";
import { finished, push } from "../../local/images.ts";

/** By version: environment variables baked into an image of its own, or `null` for the base as it is, which is cheaper. */
export type Releases = Readonly<Record<string, Readonly<Record<string, string>> | null>>;

/**
 * Pushes an image for each version, with the version as its tag.
 * @returns the references by digest
 */
export async function pushReleases(
  engine: Docker,
  { base, repository, releases }: { readonly base: string; readonly repository: string; readonly releases: Releases },
): Promise<Readonly<Record<string, string>>> {
  const pushed: Record<string, string> = {};
  for (const [version, environment] of Object.entries(releases)) {
    if (environment === null) {
      pushed[version] = await push(engine, base, repository, version);
      continue;
    }
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
