import { bridgedPlugin } from "../bridge/plugin.ts";
import type { Plugin } from "../shared/rpc.ts";
import { checkConfig } from "./config.ts";
import { connect } from "./engine/connect.ts";
import { container } from "./resources/container.ts";
import { network } from "./resources/network.ts";
import { remoteImage } from "./resources/remote-image.ts";
import { volume } from "./resources/volume.ts";
import { providerFields } from "./schema/provider.ts";

/** The Docker plugin for one engine process: one provider resource, one Docker engine. */
export function dockerPlugin(): Plugin {
  return bridgedPlugin({
    name: "docker",
    title: "Docker",
    version: "5.2.0",
    types: {
      "docker:index/container:Container": container,
      "docker:index/network:Network": network,
      "docker:index/remoteImage:RemoteImage": remoteImage,
      "docker:index/volume:Volume": volume,
    },
    providerFields,
    checkConfig,
    connect,
  });
}
