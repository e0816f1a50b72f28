import { placeholders, templatedTexts, unknownPlaceholders } from "../../model/settings/template.ts";
import type { Rule } from "../rule.ts";

export const placeholdersKnown: Rule = {
  name: "placeholders-known",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { container }]) =>
      templatedTexts(container).flatMap(({ path, text }) =>
        unknownPlaceholders(text).map((placeholder) => ({
          path: ["services", name, "container", ...path],
          message: `expected one of ${placeholders.map((known) => `\${${known}}`).join(", ")} (or $${placeholder}, which is left as ${placeholder}), found ${placeholder}`,
        })),
      ),
    ),
};
