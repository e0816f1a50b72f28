import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { hostCalls, routeFiles } from "../../infra/gateway/index.ts";
import { host as hostSchema } from "../../infra/model/settings/host.ts";
import { routeSettings } from "../../infra/model/settings/service.ts";
import { declaredBy } from "../testing/declared.ts";
import { sampleSecret, sampleSsh } from "../testing/samples.ts";
import { scriptText } from "./host-script-call.ts";
import { ServiceRoute, type ServiceRouteArgs } from "./service-route.ts";

const host = hostSchema.parse({ engine: { kind: "unix" }, shell: { kind: "local" }, root: "/srv/a" });
const service = "org1/react-ui";
const slots = { blue: { address: "127.0.0.1", port: 20_000 }, green: { address: "127.0.0.1", port: 20_001 } };

const routeOf =
  (more: Partial<ServiceRouteArgs> = {}) =>
  (parent: pulumi.Resource) =>
    new ServiceRoute(
      "host-a-route",
      {
        environment: "dev",
        host,
        service,
        route: routeSettings.parse({ bodyMegabytes: 3 }),
        slots,
        shadow: false,
        tickSeconds: 10,
        leaseTicks: 4,
        secret: sampleSecret,
        ...more,
      },
      { parent },
    );

const hint = "bring the environment up first (`pulumi up -s dev`)";

describe("ServiceRoute", () => {
  it("declares one command that makes the service known and applies its configuration", async () => {
    const call = hostCalls("/srv/a");
    const files = routeFiles("/srv/a", {
      service,
      ...routeSettings.parse({ bodyMegabytes: 3 }),
      slots,
      tickSeconds: 10,
    });
    const apply = call.apply({ service }, files);
    const applied = scriptText([call.serviceInit(service, { tickSeconds: 10, leaseTicks: 4 }), apply], hint);
    expect(await declaredBy(routeOf())).toEqual([
      { type: "sluice:gateway:ServiceRoute", name: "host-a-route", inputs: {} },
      {
        type: "command:local:Command",
        name: "host-a-route",
        parent: "host-a-route",
        aliases: [{ type: "command:remote:Command" }],
        inputs: {
          create: applied,
          update: applied,
          delete: scriptText([call.remove({ service }), call.retireService(service)], hint),
          stdin: apply.stdin,
        },
      },
    ]);
    expect(apply.stdin).toContain("client_max_body_size 3m;");
  });

  it("goes over the host's SSH shell", async () => {
    const [, command] = await declaredBy(routeOf({ host: { ...host, shell: sampleSsh } }));
    expect(command?.type).toBe("command:remote:Command");
  });

  it("names every setting that can't be written down for nginx", async () => {
    const route = { ...routeSettings.parse({}), path: "/a;b", streaming: ["bad path"], assets: ["{"] };
    const failure = await declaredBy(routeOf({ route })).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      errors: [
        { propertyPath: "route.path" },
        { propertyPath: "route.streaming.0" },
        { propertyPath: "route.assets.0" },
      ],
    });
    expect(pulumi.InputPropertiesError.isInstance(failure)).toBe(true);
  });
});
