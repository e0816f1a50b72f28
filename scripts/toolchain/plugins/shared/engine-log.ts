import grpc from "@grpc/grpc-js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";

export type Severity = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** Where a plugin's messages go: the engine shows them beside the resource. */
export interface EngineLog {
  /** A message of the final output. */
  log(severity: Severity, urn: string, message: string): Promise<void>;
  /** A message shown only while it is the latest one of its resource. */
  status(severity: Severity, urn: string, message: string): Promise<void>;
}

/** Logs to the engine at this address; without one, to standard error. A message that can't be sent goes there too. */
export function engineLog(address: string | undefined): EngineLog {
  let client: Promise<EngineClient> | undefined;
  const send = async (severity: Severity, urn: string, message: string, ephemeral: boolean): Promise<void> => {
    if (address === undefined) return fallBack(urn, message);
    try {
      await request(await (client ??= connect(address)), severity, urn, message, ephemeral);
    } catch {
      fallBack(urn, message);
    }
  };
  return {
    log: (severity, urn, message) => send(severity, urn, message, false),
    status: (severity, urn, message) => send(severity, urn, message, true),
  };
}

function fallBack(urn: string, message: string): void {
  process.stderr.write(`${urn}: ${message}\n`);
}

/** Loaded with the first message, so that a plugin without any starts sooner. */
async function connect(address: string): Promise<EngineClient> {
  const { default: services } = await import("@pulumi/pulumi/proto/engine_grpc_pb.js");
  return new services.EngineClient(address, grpc.credentials.createInsecure());
}

async function request(
  client: EngineClient,
  severity: Severity,
  urn: string,
  message: string,
  ephemeral: boolean,
): Promise<void> {
  const { default: engine } = await import("@pulumi/pulumi/proto/engine_pb.js");
  const log = new engine.LogRequest();
  log.setSeverity(engine.LogSeverity[severity]);
  log.setUrn(urn);
  log.setMessage(message);
  log.setEphemeral(ephemeral);
  await new Promise<void>((resolve, reject) => {
    client.log(log, (error) => (error ? reject(error) : resolve()));
  });
}
