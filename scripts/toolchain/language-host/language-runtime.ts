import { spawn } from "node:child_process";
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/language_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Children } from "./children.ts";
import { findDependencies, findProviderPackages } from "./packages.ts";
import { type ProgramOptions, parseOptions } from "./program.ts";
import { type RunOutcome, runProgram } from "./run.ts";
import { runPlugin } from "./run-plugin.ts";

type Unary<Request, Response> = (request: Request) => Response | Promise<Response>;

/** The engine's LanguageRuntime service, for Node programs. Code generation is left out: nothing here calls for it. */
export function languageRuntime(startedFor: string | undefined, children: Children): grpc.UntypedServiceImplementation {
  let engine = startedFor;
  return {
    handshake: unary((request: pb.LanguageHandshakeRequest) => {
      engine = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new pluginMessages.PluginInfo().setVersion(sdkVersion)),
    getRequiredPackages: unary((request: pb.GetRequiredPackagesRequest) => requiredPackages(request.getInfo())),
    getProgramDependencies: unary((request: pb.GetProgramDependenciesRequest) => dependencies(request.getInfo())),
    about: unary(() => new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    run: unary(async (request: pb.RunRequest) => {
      if (engine === undefined) throw new Error("no engine is known: Handshake has to come before Run");
      const outcome = await runProgram(request.toObject(), options(request.getInfo()), engine, children);
      return runResponse(outcome);
    }),
    runPlugin: (call: grpc.ServerWritableStream<pb.RunPluginRequest, pb.RunPluginResponse>) =>
      void answerRunPlugin(call, children),
    installDependencies: (
      call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
    ) => void answerInstall(call, children),
    cancel: unary(() => {
      void children.stop();
      return new empty.Empty();
    }),
  };
}

function unary<Request, Response>(handle: Unary<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, reply) => {
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => reply(null, response),
        (error: unknown) => reply(asStatus(error)),
      );
  };
}

function asStatus(error: unknown): { code: grpc.status; details: string } {
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

function options(info: pb.ProgramInfo | undefined): ProgramOptions {
  const parsed = parseOptions(info?.getOptions()?.toJavaScript() ?? {});
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.options;
}

function runResponse(outcome: RunOutcome): pb.RunResponse {
  const response = new messages.RunResponse();
  switch (outcome.kind) {
    case "done":
      return response;
    case "shown":
      return response.setBail(true);
    case "failed":
      return response.setError(outcome.message);
  }
}

function requiredPackages(info: pb.ProgramInfo | undefined): pb.GetRequiredPackagesResponse {
  const found = findProviderPackages(info?.getProgramDirectory() ?? "");
  return new messages.GetRequiredPackagesResponse().setPackagesList(
    found.map(({ name, version, server }) =>
      new pluginMessages.PackageDependency().setKind("resource").setName(name).setVersion(version).setServer(server),
    ),
  );
}

function dependencies(info: pb.ProgramInfo | undefined): pb.GetProgramDependenciesResponse {
  const found = findDependencies(info?.getRootDirectory() ?? "");
  return new messages.GetProgramDependenciesResponse().setDependenciesList(
    found.map(({ name, version }) => new messages.DependencyInfo().setName(name).setVersion(version)),
  );
}

async function answerRunPlugin(
  call: grpc.ServerWritableStream<pb.RunPluginRequest, pb.RunPluginResponse>,
  children: Children,
): Promise<void> {
  const cancelled = new AbortController();
  call.on("cancelled", () => cancelled.abort());
  try {
    const write = (stream: "stdout" | "stderr", bytes: Uint8Array): void => {
      const response = new messages.RunPluginResponse();
      call.write(stream === "stdout" ? response.setStdout(bytes) : response.setStderr(bytes));
    };
    const request = call.request;
    const code = await runPlugin(request.toObject(), options(request.getInfo()), write, children, cancelled.signal);
    call.write(new messages.RunPluginResponse().setExitcode(code));
    call.end();
  } catch (error) {
    call.emit("error", asStatus(error));
  }
}

async function answerInstall(
  call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
  children: Children,
): Promise<void> {
  const cwd = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
  const child = children.add(spawn("npm", ["install"], { cwd, stdio: ["ignore", "pipe", "pipe"] }));
  child.stdout.on("data", (bytes: Buffer) => call.write(new messages.InstallDependenciesResponse().setStdout(bytes)));
  child.stderr.on("data", (bytes: Buffer) => call.write(new messages.InstallDependenciesResponse().setStderr(bytes)));
  try {
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`npm install in ${cwd} failed with ${code}`);
    call.end();
  } catch (error) {
    call.emit("error", asStatus(error));
  }
}
