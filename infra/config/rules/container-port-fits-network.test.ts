import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { containerPortFitsNetwork } from "./container-port-fits-network.ts";

const service = "org1/react-ui";

describe(containerPortFitsNetwork.name, () => {
  it("accepts a port in a bridge network", () => {
    expect(findings(containerPortFitsNetwork, {})).toEqual([]);
  });

  it("accepts no port on the host's network", () => {
    expect(
      findings(containerPortFitsNetwork, {
        hosts: { "host-a": { network: "host" }, "host-b": { network: "host" } },
        services: { [service]: { container: { port: undefined } } },
      }),
    ).toEqual([]);
  });

  it("accepts a port where one host has a bridge network", () => {
    expect(findings(containerPortFitsNetwork, { hosts: { "host-a": { network: "host" } } })).toEqual([]);
  });

  it("refuses no port in a bridge network", () => {
    expect(findings(containerPortFitsNetwork, { services: { [service]: { container: { port: undefined } } } })).toEqual(
      [
        "services.org1/react-ui.container.port: expected the port that the program listens on, since host-a has a bridge network, found nothing",
      ],
    );
  });

  it("refuses a port on the host's network", () => {
    expect(
      findings(containerPortFitsNetwork, { hosts: { "host-a": { network: "host" }, "host-b": { network: "host" } } }),
    ).toEqual([
      "services.org1/react-ui.container.port: expected nothing, since on the host's network the program listens on its slot's port (hand it ${slot.port}), found 8080",
    ]);
  });
});
