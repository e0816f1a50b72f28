import anyModule from "google-protobuf/google/protobuf/any_pb.js";
import grpc from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import statusModule from "@pulumi/pulumi/proto/status_pb.js";
import { encodeInitFailed } from "./messages.ts";
import { ResourceInitFailed } from "./rpc.ts";

/** What the engine gets to see of a failure: its message, and for a half-made resource its state as well. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  const details = error instanceof Error ? error.message : String(error);
  if (error instanceof NotImplemented) return { code: grpc.status.UNIMPLEMENTED, details };
  if (!(error instanceof ResourceInitFailed)) return { code: grpc.status.UNKNOWN, details };
  return { code: grpc.status.UNKNOWN, details, metadata: initFailedMetadata(error) };
}

/** For a method that a plugin refuses in words of its own. */
export class NotImplemented extends Error {}

export function notImplemented(method: string): Partial<ServiceError> {
  return { code: grpc.status.UNIMPLEMENTED, details: `method ${method} not implemented` };
}

function initFailedMetadata(error: ResourceInitFailed): grpc.Metadata {
  const detail = new anyModule.Any();
  detail.pack(encodeInitFailed(error), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusModule.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
