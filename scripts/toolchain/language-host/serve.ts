import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";

/** Opens a gRPC server on a free loopback port, which it returns. */
export async function listen(server: grpc.Server): Promise<number> {
  const bind = promisify(server.bindAsync.bind(server));
  return bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
}

/** Calls `lost` once the engine can't be reached any more: killed, it says no good-bye. */
export function watchEngine(address: string, lost: () => void): void {
  const channel = new grpc.Channel(address, grpc.credentials.createInsecure(), {});
  const { IDLE, TRANSIENT_FAILURE, SHUTDOWN } = grpc.connectivityState;
  const look = (): void => {
    const state = channel.getConnectivityState(true);
    if (state === TRANSIENT_FAILURE || state === SHUTDOWN) return lost();
    // An idle channel was asked to connect again; how that ends is the next change.
    channel.watchConnectivityState(state === IDLE ? IDLE : state, Infinity, (error) => (error ? lost() : look()));
  };
  look();
}
