import { z } from "zod";
import { defineRule } from "../rule.ts";
import { CONTAINER, GATEWAY } from "../types.ts";

const PINNED = /@sha256:[0-9a-f]{64}$/;
const LATEST = /:latest(@|$)/;

/** A tag can move between a gate's look at an image and the host's pull; a digest can't. */
export const containerImagePinned = defineRule({
  name: "container-image-pinned",
  description: "Containers run images pinned by digest, so that the image that was approved is the one that runs.",
  types: [CONTAINER],
  properties: z.object({ image: z.string().default("") }),
  allowances: [
    {
      component: GATEWAY,
      environments: ["local"],
      reason: "the local environment builds its nginx image on the machine, and knows no digest before",
    },
  ],
  judge: ({ properties: { image } }) =>
    PINNED.test(image) && !LATEST.test(image)
      ? []
      : [
          {
            property: "image",
            found: image || "none",
            expected: "repository@sha256:<64 hex digits>, and no tag latest beside it",
          },
        ],
});
