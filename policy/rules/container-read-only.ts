import { z } from "zod";
import { defineRule } from "../rule.ts";
import { CONTAINER } from "../types.ts";

/** What can't be written can't be replaced by whoever breaks in. */
export const containerReadOnly = defineRule({
  name: "container-read-only",
  description: "Containers can't write their root file system.",
  types: [CONTAINER],
  properties: z.object({ readOnly: z.boolean().default(false) }),
  judge: ({ properties: { readOnly } }) =>
    readOnly
      ? []
      : [{ property: "readOnly", found: "false", expected: "true, with what must be written in tmpfs or mounts" }],
});
