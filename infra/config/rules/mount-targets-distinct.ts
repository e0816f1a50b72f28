import type { Rule } from "../rule.ts";

/** Docker refuses a second mount on one path, when the old container may already be gone. */
export const mountTargetsDistinct: Rule = {
  name: "mount-targets-distinct",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { container }]) => {
      const taken = new Set(Object.keys(container.tmpfs));
      return container.mounts.flatMap(({ target }, index) => {
        if (!taken.has(target)) {
          taken.add(target);
          return [];
        }
        const path = ["services", name, "container", "mounts", index, "target"];
        return [{ path, message: `expected a path that no other mount or tmpfs has, found "${target}"` }];
      });
    }),
};
