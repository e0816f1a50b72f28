import { type Command, Option } from "commander";
import type Docker from "dockerode";
import { dockerEngine, resolveTag } from "../../infra/adapters/docker-engine.ts";
import { InputError, messageOf, UnknownError } from "../../infra/model/errors.ts";
import { releaseSchema, type Release } from "../../infra/model/release.ts";
import { strategyKinds } from "../../infra/model/strategy.ts";
import type { StrategySettings } from "../../infra/model/settings/service.ts";
import type { Environment } from "../compose.ts";

export interface ReleaseOptions {
  readonly image?: string;
  readonly commit?: string;
  readonly strategy?: StrategySettings["kind"];
}

/** Has a command take what says which release is meant, of which service and where, and how it is to come in. */
export function takingRelease(made: Command): Command {
  return made
    .argument("<environment>")
    .argument("<service>", 'e.g. "org1/react-ui"')
    .argument("<version>", "semantic version; without --image also the tag that the registry is asked for")
    .option("--image <image>", "the release's image, pinned by digest")
    .option("--commit <hash>", "the commit that the image was built from")
    .addOption(
      new Option("--strategy <kind>", "come in by this strategy instead of the settings'").choices(strategyKinds),
    );
}

/**
 * The release that is meant by a version: the image given, or what the registry has under the service's repository and
 * the version as its tag, asked through a host's engine.
 * @throws InputError with every problem at once.
 */
export async function releaseOf(
  environment: Environment,
  service: string,
  version: string,
  { image, commit }: ReleaseOptions,
): Promise<Release> {
  const repository = environment.settings.services[service]?.image ?? "";
  const given = {
    version,
    image: image ?? `${repository}@sha256:${"0".repeat(64)}`,
    ...(commit === undefined ? {} : { commit }),
  };
  const parsed = releaseSchema.safeParse(given);
  const issues = parsed.error?.issues.map(({ path, message }) => ({ key: path.join("."), message })) ?? [];
  if (image !== undefined && !image.startsWith(`${repository}@`)) {
    issues.push({ key: "image", message: `expected an image of ${repository}, found ${image}` });
  }
  if (!parsed.success || issues.length > 0) throw new InputError("This is not a release:", issues);
  if (image !== undefined) return parsed.data;
  return { ...parsed.data, image: `${repository}@${await digestOfTag(environment, repository, version)}` };
}

async function digestOfTag({ settings, secrets }: Environment, repository: string, version: string): Promise<string> {
  const host = Object.values(settings.hosts)[0];
  if (!host) throw new TypeError("settings without hosts");
  // A tag may not hold the "+" of build metadata.
  const tag = `${repository}:${version.replaceAll("+", "_")}`;
  const registry = settings.registries.find(({ address }) => repository.startsWith(`${address}/`));
  const engine: Docker = await dockerEngine(host.engine, host.shell, secrets.resolve);
  try {
    return await resolveTag(
      engine,
      tag,
      registry && { username: registry.username, password: await secrets.resolve(registry.password) },
    );
  } catch (error) {
    // Without a status code it was the engine itself that could not be asked.
    if (!(error instanceof Error && "statusCode" in error)) throw new UnknownError(messageOf(error), { cause: error });
    throw new InputError("This is not a release:", [
      { key: "image", message: `expected the registry to have ${tag}, and it answers: ${messageOf(error)}` },
    ]);
  }
}
