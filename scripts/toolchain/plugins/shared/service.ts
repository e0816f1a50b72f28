import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { notImplemented, toServiceError } from "./errors.ts";
import * as messages from "./messages.ts";
import type { Plugin } from "./rpc.ts";

export const definition = services.ResourceProviderService;

// Which message a method takes is known only to the generated definition, by the method's name.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Message = any;
type Handler = (request: Message) => Promise<unknown>;
type UnaryHandler = handleUnaryCall<Message, Message>;

/** One gRPC handler for each method of the provider protocol. */
export function implement(plugin: Plugin): UntypedServiceImplementation {
  const handlers = bind(plugin);
  const implementation: UntypedServiceImplementation = {};
  for (const [method, { path }] of Object.entries(definition)) {
    const handler = handlers[method];
    implementation[method] = handler ? unary(handler) : refuse(path.slice(path.lastIndexOf("/") + 1));
  }
  return implementation;
}

function refuse(method: string): UnaryHandler {
  return (_call, done) => done(notImplemented(method));
}

function unary(handler: Handler): UnaryHandler {
  return (call, done) => {
    handler(call.request).then(
      (response) => done(null, response),
      (error: unknown) => done(toServiceError(error)),
    );
  };
}

/** Only the methods that the plugin has. */
function bind(plugin: Plugin): Record<string, Handler> {
  const { getSchema, checkConfig, diffConfig, read, update, invoke, cancel } = plugin;
  return {
    getPluginInfo: () => Promise.resolve(messages.encodeInfo(plugin.version)),
    ...(getSchema && { getSchema: async () => messages.encodeSchema(await getSchema()) }),
    ...(checkConfig && { checkConfig: via(messages.decodeCheck, checkConfig, messages.encodeCheck) }),
    ...(diffConfig && { diffConfig: via(messages.decodeDiff, diffConfig, messages.encodeDiff) }),
    configure: via(messages.decodeConfigure, plugin.configure, messages.encodeConfigure),
    check: via(messages.decodeCheck, plugin.check, messages.encodeCheck),
    diff: via(messages.decodeDiff, plugin.diff, messages.encodeDiff),
    create: via(messages.decodeCreate, plugin.create, messages.encodeCreate),
    ...(read && { read: via(messages.decodeRead, read, messages.encodeRead) }),
    ...(update && { update: via(messages.decodeUpdate, update, messages.encodeUpdate) }),
    delete: via(messages.decodeDelete, plugin.delete, () => messages.empty),
    ...(invoke && { invoke: via(messages.decodeInvoke, invoke, messages.encodeInvoke) }),
    cancel: async () => {
      await cancel?.();
      return messages.empty;
    },
  };
}

function via<Wire, Request, Response>(
  decode: (message: Wire) => Request,
  method: (request: Request) => Promise<Response>,
  encode: (response: Response) => unknown,
): Handler {
  return async (message: Wire) => encode(await method(decode(message)));
}
