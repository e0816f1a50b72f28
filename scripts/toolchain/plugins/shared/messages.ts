import emptyModule from "google-protobuf/google/protobuf/empty_pb.js";
import structModule from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import type * as rpc from "./rpc.ts";

/** Between the engine's protobuf messages and the plain data of `rpc.ts`. */

function fromStruct(struct: Struct | undefined): rpc.JsonObject {
  return struct?.toJavaScript() ?? {};
}

function toStruct(value: rpc.JsonObject): Struct {
  return structModule.Struct.fromJavaScript(value);
}

function named(message: { getUrn(): string; getName(): string; getType(): string }) {
  return { urn: message.getUrn(), name: message.getName(), type: message.getType() };
}

const AUTONAMING_MODES = ["propose", "enforce", "disable"] as const;

export function decodeCheck(message: pb.CheckRequest): rpc.CheckRequest {
  const autonaming = message.getAutonaming();
  const mode = AUTONAMING_MODES[autonaming?.getMode() ?? 0] ?? "propose";
  return {
    ...named(message),
    olds: fromStruct(message.getOlds()),
    news: fromStruct(message.getNews()),
    randomSeed: message.getRandomseed_asB64(),
    ...(autonaming && { autonaming: { proposedName: autonaming.getProposedName(), mode } }),
  };
}

export function encodeCheck(response: rpc.CheckResponse): pb.CheckResponse {
  const message = new provider.CheckResponse();
  if (response.inputs) message.setInputs(toStruct(response.inputs));
  for (const failure of response.failures ?? []) message.addFailures(encodeFailure(failure));
  return message;
}

function encodeFailure(failure: rpc.CheckFailure): pb.CheckFailure {
  const encoded = new provider.CheckFailure();
  encoded.setProperty(failure.property);
  encoded.setReason(failure.reason);
  return encoded;
}

export function decodeDiff(message: pb.DiffRequest): rpc.DiffRequest {
  return {
    ...named(message),
    id: message.getId(),
    olds: fromStruct(message.getOlds()),
    news: fromStruct(message.getNews()),
    oldInputs: fromStruct(message.getOldInputs()),
    ignoreChanges: message.getIgnorechangesList(),
  };
}

export function encodeDiff(response: rpc.DiffResponse): pb.DiffResponse {
  const message = new provider.DiffResponse();
  message.setChanges(provider.DiffResponse.DiffChanges[response.changes ?? "DIFF_UNKNOWN"]);
  message.setReplacesList([...(response.replaces ?? [])]);
  message.setStablesList([...(response.stables ?? [])]);
  message.setDiffsList([...(response.diffs ?? [])]);
  message.setDeletebeforereplace(response.deleteBeforeReplace ?? false);
  message.setHasdetaileddiff(response.hasDetailedDiff ?? false);
  for (const [path, diff] of Object.entries(response.detailedDiff ?? {})) {
    const encoded = new provider.PropertyDiff();
    encoded.setKind(provider.PropertyDiff.Kind[diff.kind]);
    encoded.setInputdiff(diff.inputDiff ?? false);
    message.getDetaileddiffMap().set(path, encoded);
  }
  return message;
}

export function decodeConfigure(message: pb.ConfigureRequest): rpc.ConfigureRequest {
  return {
    variables: Object.fromEntries(message.getVariablesMap().getEntryList()),
    args: fromStruct(message.getArgs()),
    id: message.getId() ?? "",
    urn: message.getUrn() ?? "",
  };
}

export function encodeConfigure(response: rpc.ConfigureResponse): pb.ConfigureResponse {
  const message = new provider.ConfigureResponse();
  message.setAcceptsecrets(response.acceptSecrets ?? false);
  message.setSupportspreview(response.supportsPreview ?? false);
  message.setAcceptresources(response.acceptResources ?? false);
  message.setAcceptoutputs(response.acceptOutputs ?? false);
  message.setSupportsAutonamingConfiguration(response.supportsAutonamingConfiguration ?? false);
  return message;
}

export function decodeCreate(message: pb.CreateRequest): rpc.CreateRequest {
  const properties = fromStruct(message.getProperties());
  return { ...named(message), properties, timeout: message.getTimeout(), preview: message.getPreview() };
}

export function encodeCreate(response: rpc.CreateResponse): pb.CreateResponse {
  const message = new provider.CreateResponse();
  message.setId(response.id ?? "");
  message.setProperties(toStruct(response.properties));
  return message;
}

export function decodeRead(message: pb.ReadRequest): rpc.ReadRequest {
  return {
    ...named(message),
    id: message.getId(),
    properties: fromStruct(message.getProperties()),
    inputs: fromStruct(message.getInputs()),
  };
}

export function encodeRead(response: rpc.ReadResponse): pb.ReadResponse {
  const message = new provider.ReadResponse();
  message.setId(response.id ?? "");
  if (response.properties) message.setProperties(toStruct(response.properties));
  if (response.inputs) message.setInputs(toStruct(response.inputs));
  return message;
}

export function decodeUpdate(message: pb.UpdateRequest): rpc.UpdateRequest {
  return {
    ...named(message),
    id: message.getId(),
    olds: fromStruct(message.getOlds()),
    news: fromStruct(message.getNews()),
    oldInputs: fromStruct(message.getOldInputs()),
    timeout: message.getTimeout(),
    ignoreChanges: message.getIgnorechangesList(),
    preview: message.getPreview(),
  };
}

export function encodeUpdate(response: rpc.UpdateResponse): pb.UpdateResponse {
  const message = new provider.UpdateResponse();
  message.setProperties(toStruct(response.properties));
  return message;
}

export function decodeDelete(message: pb.DeleteRequest): rpc.DeleteRequest {
  return {
    ...named(message),
    id: message.getId(),
    properties: fromStruct(message.getProperties()),
    oldInputs: fromStruct(message.getOldInputs()),
    timeout: message.getTimeout(),
  };
}

export function decodeInvoke(message: pb.InvokeRequest): rpc.InvokeRequest {
  return { token: message.getTok(), args: fromStruct(message.getArgs()) };
}

export function encodeInvoke(response: rpc.InvokeResponse): pb.InvokeResponse {
  const message = new provider.InvokeResponse();
  if (response.properties) message.setReturn(toStruct(response.properties));
  for (const failure of response.failures ?? []) message.addFailures(encodeFailure(failure));
  return message;
}

export function encodeSchema(schema: string): pb.GetSchemaResponse {
  const message = new provider.GetSchemaResponse();
  message.setSchema(schema);
  return message;
}

export function encodeInfo(version: string): InstanceType<typeof pluginModule.PluginInfo> {
  const message = new pluginModule.PluginInfo();
  message.setVersion(version);
  return message;
}

export const empty = new emptyModule.Empty();

export function encodeInitFailed(error: rpc.ResourceInitFailed): Uint8Array {
  const message = new provider.ErrorResourceInitFailed();
  message.setId(error.id);
  message.setProperties(toStruct(error.properties));
  if (error.inputs) message.setInputs(toStruct(error.inputs));
  message.setReasonsList([...error.reasons]);
  return message.serializeBinary();
}
