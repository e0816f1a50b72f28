import analyzerProto from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzerMessages from "@pulumi/pulumi/proto/analyzer_pb.js";
import * as grpc from "@grpc/grpc-js";
import type { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb.js";
import { listen } from "./serve.ts";

type Call = grpc.ServerUnaryCall<unknown, unknown>;
type Reply = grpc.sendUnaryData<unknown>;
type Method = grpc.MethodDefinition<unknown, unknown>;

/**
 * Stands between the engine and a policy pack's process. The engine tells an analyzer its stack only after it has
 * started; the SDK's pack runner wants to be started with it in the environment. So: answer first, start then.
 */
export class PolicyProxy {
  readonly #server = new grpc.Server();
  readonly #configured = Promise.withResolvers<AnalyzerStackConfigureRequest.AsObject | undefined>();
  readonly #pack = Promise.withResolvers<grpc.Client>();

  /** Port to tell the engine. */
  async start(): Promise<number> {
    this.#pack.promise.catch(() => undefined); // Its failure is told to whoever calls; nobody may have yet.
    const methods = analyzerProto.AnalyzerService as unknown as Record<string, Method>;
    const forwards = Object.entries(methods).map(([name, method]) => [
      name,
      (call: Call, reply: Reply) => void this.#forward(method, call.request, reply),
    ]);
    this.#server.addService(analyzerProto.AnalyzerService, {
      ...(Object.fromEntries(forwards) as grpc.UntypedServiceImplementation),
      handshake: (_: Call, reply: Reply) => reply(null, new analyzerMessages.AnalyzerHandshakeResponse()),
      configureStack: (call: Call, reply: Reply) => {
        this.#configured.resolve((call.request as AnalyzerStackConfigureRequest).toObject());
        reply(null, new analyzerMessages.AnalyzerStackConfigureResponse());
      },
    });
    return listen(this.#server);
  }

  /** The stack that the pack is to judge; undefined if the engine asks for anything else first. */
  get stack(): Promise<AnalyzerStackConfigureRequest.AsObject | undefined> {
    return this.#configured.promise;
  }

  attach(port: number): void {
    const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    this.#pack.resolve(new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), unlimited));
  }

  fail(reason: string): void {
    this.#pack.reject(new Error(reason));
  }

  async stop(): Promise<void> {
    this.fail("the policy pack has ended");
    await this.#pack.promise.then(
      (pack) => pack.close(),
      () => undefined,
    );
    this.#server.forceShutdown();
  }

  async #forward(method: Method, request: unknown, reply: Reply): Promise<void> {
    this.#configured.resolve(undefined);
    try {
      const pack = await this.#pack.promise;
      pack.makeUnaryRequest(
        method.path,
        (message) => method.requestSerialize(message),
        (bytes) => method.responseDeserialize(bytes),
        request,
        (error, response) => reply(error, response),
      );
    } catch (error) {
      reply({ code: grpc.status.UNAVAILABLE, details: `policy pack not started: ${String(error)}` });
    }
  }
}

/** The stack as the SDK's pack runner reads it from the environment. */
export function policyEnvironment(stack: AnalyzerStackConfigureRequest.AsObject | undefined): Record<string, string> {
  if (stack === undefined) return {};
  const values = {
    PULUMI_NODEJS_ORGANIZATION: stack.organization,
    PULUMI_NODEJS_PROJECT: stack.project,
    PULUMI_NODEJS_STACK: stack.stack,
    PULUMI_NODEJS_DRY_RUN: String(stack.dryRun),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(stack.configMap)),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}
