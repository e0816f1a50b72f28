import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostCall } from "../host-call.ts";
import { hostCalls } from "../host-call.ts";
import { hostScriptParts, joinHostScript, renderHostSettings } from "../host-script.ts";
import { gatewayCommand, gatewayPaths } from "../paths.ts";
import type { GatewayConfigInput, RouteConfigInput } from "../render/config.ts";
import { gatewayFiles, routeFiles } from "../render/index.ts";
import { bucketHeader, throughHost } from "../render/names.ts";
import { statusAnswer, type StatusAnswer } from "../host-reply.ts";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one line that a host script prints. */
  readonly reply: Record<string, unknown>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  /** Address of this machine that the request comes from; by default the system's choice. */
  readonly from?: string;
}

/** A host's folder with the script in it and a real nginx that runs from it, all private to one test file. */
export class TestHost {
  readonly root: string;
  readonly address: string;
  readonly ports: { readonly status: number; readonly site: number };
  readonly calls: ReturnType<typeof hostCalls>;
  /** Shell that runs the script. */
  shell: readonly string[] = ["/bin/sh"];
  #nginx: ChildProcess | undefined;
  #output = "";

  constructor(address: string, firstPort: number, root = mkdtempSync(join(tmpdir(), "sluice-gateway-"))) {
    chmodSync(root, 0o755);
    this.root = root;
    this.address = address;
    this.ports = { status: firstPort, site: firstPort + 1 };
    this.calls = hostCalls(root);
    mkdirSync(gatewayPaths(root).bin, { recursive: true });
    this.writeScript(scriptText());
    this.writeSettings();
  }

  writeScript(text: string): void {
    writeFileSync(gatewayPaths(this.root).script, text, { mode: 0o755 });
  }

  writeSettings(more = ""): void {
    const settings = renderHostSettings({
      root: this.root,
      gateway: { kind: "package", nginx: "nginx" },
      status: `${this.address}:${this.ports.status}`,
      lockSeconds: 2,
      reloadSeconds: 5,
    });
    writeFileSync(gatewayPaths(this.root).scriptSettings, settings + more);
  }

  gatewayConfig(change: Partial<GatewayConfigInput> = {}): GatewayConfigInput {
    return {
      root: this.root,
      status: { address: this.address, port: this.ports.status },
      sites: [{ name: "main", address: this.address, port: this.ports.site, serverNames: ["_"] }],
      workerProcesses: 2,
      workerShutdownSeconds: 20,
      ...change,
    };
  }

  /** Runs a call, and fails when it doesn't end well. */
  async run(call: HostCall): Promise<Ran["reply"]> {
    const ran = await this.try(call);
    if (ran.code !== 0) throw new Error(`${call.argv.join(" ")} ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
    return ran.reply;
  }

  try(call: HostCall): Promise<Ran> {
    return runProcess([...this.shell, ...call.argv], call.stdin ?? "");
  }

  applyBase(change: Partial<GatewayConfigInput> = {}): Promise<Ran["reply"]> {
    return this.run(this.calls.apply("base", gatewayFiles(this.gatewayConfig(change))));
  }

  applyRoute(route: RouteConfigInput): Promise<Ran["reply"]> {
    return this.run(this.calls.apply({ service: route.service }, routeFiles(this.root, route)));
  }

  async start(): Promise<void> {
    const [binary = "nginx", ...args] = gatewayCommand(this.root);
    const nginx = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"] });
    nginx.stderr.on("data", (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#nginx = nginx;
    for (let tries = 0; ; tries++) {
      const answer = await this.status("/healthz").catch(() => undefined);
      if (answer?.status === 200) return;
      if (tries > 100 || nginx.exitCode !== null) throw new Error(`nginx didn't start: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    const nginx = this.#nginx;
    if (nginx !== undefined && nginx.exitCode === null) {
      const ended = new Promise((resolve) => nginx.once("exit", resolve));
      nginx.kill("SIGTERM");
      await ended;
    }
    rmSync(this.root, { recursive: true, force: true });
  }

  status(path: string): Promise<HttpAnswer> {
    return ask(this.address, this.ports.status, path);
  }

  async routing(service: string, bucket: string): Promise<StatusAnswer> {
    const { body } = await this.status(`/${service.replace("/", ".")}?bucket=${bucket}`);
    return statusAnswer.parse(JSON.parse(body));
  }

  public(path: string, how: Ask = {}): Promise<HttpAnswer> {
    return ask(this.address, this.ports.site, path, how);
  }

  /** A request through the gateway's own choice of the slot, in the name of a bucket. */
  through(path: string, bucket: string, how: Ask = {}): Promise<HttpAnswer> {
    const headers = { host: throughHost("main"), [bucketHeader]: bucket, ...how.headers };
    return ask(this.address, this.ports.status, path, { ...how, headers });
  }
}

export function scriptText(): string {
  return joinHostScript(hostScriptParts.map((part) => readFileSync(part, "utf8")));
}

export function ask(address: string, port: number, path: string, how: Ask = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body, from } = how;
    const client = from === undefined ? {} : { localAddress: from };
    const sent = request({ host: address, port, path, method, headers, agent: false, ...client }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

export function runProcess(argv: readonly string[], stdin: string, env?: NodeJS.ProcessEnv): Promise<Ran> {
  const [command = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "pipe", env: { ...process.env, ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr, reply: firstJson(stdout) }));
    child.stdin.end(stdin);
  });
}

function firstJson(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
