import { describe, expect, it } from "vitest";
import { hostCalls } from "../../infra/gateway/index.ts";
import { host as hostSchema } from "../../infra/model/settings/host.ts";
import { declaredBy } from "../testing/declared.ts";
import { sampleSecret } from "../testing/samples.ts";
import { scriptText } from "./host-script-call.ts";
import { SettledMarker } from "./settled-marker.ts";

const host = hostSchema.parse({ engine: { kind: "unix" }, shell: { kind: "local" }, root: "/srv/a" });

describe("SettledMarker", () => {
  it.each([
    ["green" as const, 12],
    [null, 0],
  ])("settles %s by one call for create and update, with neither triggers nor delete", async (slot, token) => {
    const declared = await declaredBy(
      (parent) =>
        new SettledMarker(
          "host-a-settled",
          { environment: "dev", host, service: "org1/react-ui", slot, token, secret: sampleSecret },
          { parent },
        ),
    );
    const settle = scriptText(
      [hostCalls("/srv/a").settle("org1/react-ui", token, slot)],
      "bring the environment up first (`pulumi up -s dev`)",
    );
    expect(settle).toContain(`'org1.react-ui' '${token}' '${slot ?? "none"}'`);
    expect(declared).toEqual([
      { type: "sluice:gateway:SettledMarker", name: "host-a-settled", inputs: {} },
      {
        type: "command:local:Command",
        name: "host-a-settled",
        parent: "host-a-settled",
        aliases: [{ type: "command:remote:Command" }],
        inputs: { create: settle, update: settle },
      },
    ]);
  });
});
