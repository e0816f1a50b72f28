import type { JsonObject } from "../../shared/rpc.ts";
import { attempt } from "../engine/errors.ts";
import { findLocalImage, repoDigestOf, requireImage } from "../engine/images.ts";
import type { LocalImage } from "../engine/images.ts";
import { remoteImageFields } from "../schema/others.ts";
import { flag, text } from "../../bridge/get.ts";
import type { Seen } from "../../bridge/resource.ts";
import type { Engine, ResourceType } from "./resource.ts";

export const remoteImage: ResourceType = {
  fields: remoteImageFields,
  meta: { timeouts: true },
  deleteBeforeReplace: false,
  create: pulled,
  read: async ({ docker }, _id, prior) => {
    const name = text(prior, "name");
    const image = await attempt("Error reading docker image", () => findLocalImage(docker, name));
    return image && seen(name, image);
  },
  update: (engine, _id, planned) => pulled(engine, planned),
  remove,
};

async function pulled(engine: Engine, planned: JsonObject): Promise<Seen> {
  const name = text(planned, "name");
  const platform = text(planned, "platform");
  return seen(
    name,
    await attempt("Unable to read Docker image into resource", () => requireImage(engine, name, platform)),
  );
}

function seen(name: string, image: LocalImage): Seen {
  return { id: image.id + name, state: { imageId: image.id, repoDigest: repoDigestOf(name, image) } };
}

async function remove({ docker }: Engine, _id: string, state: JsonObject): Promise<void> {
  const name = text(state, "name");
  if (flag(state, "keepLocally") || !(await findLocalImage(docker, name))) return;
  await attempt("Unable to remove Docker image", () =>
    docker.getImage(name).remove({ force: flag(state, "forceRemove") }),
  );
}
