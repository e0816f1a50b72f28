import { hostsOf, type Rule } from "../rule.ts";

/** In a bridge network the program has a port of its own; on the host's network it listens on its slot's. */
export const containerPortFitsNetwork: Rule = {
  name: "container-port-fits-network",
  check: (draft) =>
    Object.entries(draft.services).flatMap(([name, service]) => {
      const path = ["services", name, "container", "port"];
      const hosts = hostsOf(draft, service);
      const bridge = hosts.find(([, { network }]) => network === "bridge");
      const { port } = service.container;
      if (bridge !== undefined && port === undefined) {
        const message = `expected the port that the program listens on, since ${bridge[0]} has a bridge network, found nothing`;
        return [{ path, message }];
      }
      if (hosts.length > 0 && bridge === undefined && port !== undefined) {
        const message = `expected nothing, since on the host's network the program listens on its slot's port (hand it \${slot.port}), found ${port}`;
        return [{ path, message }];
      }
      return [];
    }),
};
