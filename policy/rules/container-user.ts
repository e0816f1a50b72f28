import { z } from "zod";
import { defineRule } from "../rule.ts";
import { CONTAINER, GATEWAY } from "../types.ts";

/** An image's own user can be root and can change with the image: it is declared. */
export const containerUser = defineRule({
  name: "container-user",
  description: "Containers run as a declared user that isn't root.",
  types: [CONTAINER],
  properties: z.object({ user: z.string().default("") }),
  allowances: [
    {
      component: GATEWAY,
      reason: "nginx's master listens on ports below 1024 and hands the connections to workers that aren't root",
    },
  ],
  judge: ({ properties: { user } }) => {
    const [name = ""] = user.split(":");
    if (name !== "" && name !== "root" && !/^0+$/.test(name)) return [];
    return [{ property: "user", found: user || "the image's own", expected: "a user other than root, e.g. 1000:1000" }];
  },
});
