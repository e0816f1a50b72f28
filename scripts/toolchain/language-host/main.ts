import * as grpc from "@grpc/grpc-js";
import languageProto from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { Children } from "./children.ts";
import { languageRuntime } from "./language-runtime.ts";
import { listen, watchEngine } from "./serve.ts";

// The engine starts this as `pulumi-language-nodejs [flags] <engine address>`, and reads the port from its first line.
const engine = process.argv
  .slice(2)
  .find((argument, index, all) => !argument.startsWith("-") && all[index - 1] !== "--tracing");
const children = new Children();
const end = async (): Promise<never> => {
  await children.stop();
  process.exit(0);
};

// The engine ends its plugins by SIGINT, and kills those that are still there after 5 s. Ctrl-C in a terminal doesn't
// come here (plugins are process groups of their own): it comes as a call of Cancel.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void end());

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(languageProto.LanguageRuntimeService, languageRuntime(engine, children));
const port = await listen(server);
process.stdout.write(`${port}\n`);
if (engine !== undefined) watchEngine(engine, () => void end());
