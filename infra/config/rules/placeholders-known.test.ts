import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { placeholdersKnown } from "./placeholders-known.ts";

const service = "org1/react-ui";

describe(placeholdersKnown.name, () => {
  it("accepts known and escaped ones, and those of a shell", () => {
    expect(
      findings(placeholdersKnown, {
        services: { [service]: { container: { command: ["${slot.port}", "$${slot.prot}", "${HOME}"] } } },
      }),
    ).toEqual([]);
  });

  it("refuses a misspelt one, wherever it stands", () => {
    expect(
      findings(placeholdersKnown, {
        services: {
          [service]: {
            container: {
              command: ["a", "${slot.prot}"],
              environment: { PORT: "${slot.prot}" },
              healthcheck: { command: ["${slot.prot}"] },
            },
          },
        },
      }),
    ).toEqual([
      "services.org1/react-ui.container.command.1: expected one of ${slot.name}, ${slot.port}, ${slot.address}, ${release.version} (or $${slot.prot}, which is left as ${slot.prot}), found ${slot.prot}",
      "services.org1/react-ui.container.environment.PORT: expected one of ${slot.name}, ${slot.port}, ${slot.address}, ${release.version} (or $${slot.prot}, which is left as ${slot.prot}), found ${slot.prot}",
      "services.org1/react-ui.container.healthcheck.command.0: expected one of ${slot.name}, ${slot.port}, ${slot.address}, ${release.version} (or $${slot.prot}, which is left as ${slot.prot}), found ${slot.prot}",
    ]);
  });
});
