import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";

/** How Docker's own client reaches an engine over SSH: the `ssh` program runs `docker system dial-stdio` there. */
export function sshArguments(host: string, sshOpts: readonly string[]): string[] {
  const { username, hostname, port, pathname } = new URL(host);
  const socket = pathname === "" || pathname === "/" ? [] : ["--host", `unix://${pathname}`];
  return [
    ...sshOpts,
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    ...["-o", "ConnectTimeout=30", "-T", "--", hostname],
    ...["docker", ...socket, "system", "dial-stdio"],
  ];
}

/** Connections for HTTP requests, kept open between them: each one costs a whole SSH handshake. */
export function sshConnections(host: string, sshOpts: readonly string[]): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return Object.assign(agent, { createConnection: () => new SshConnection(sshArguments(host, sshOpts)) });
}

/** A running `ssh` as the socket that Node's HTTP client expects. */
class SshConnection extends Duplex {
  private readonly child;
  private complaint = "";

  constructor(args: readonly string[]) {
    super();
    this.child = spawn("ssh", args, { stdio: ["pipe", "pipe", "pipe"] });
    this.child.on("error", (error) => this.destroy(error));
    this.child.stdin.on("error", (error) => this.destroy(error));
    this.child.stderr.on(
      "data",
      (chunk: Buffer) => (this.complaint = (this.complaint + chunk.toString()).slice(-2000)),
    );
    this.child.stdout.on("data", (chunk: Buffer) => this.push(chunk) || this.child.stdout.pause());
    this.child.on("close", (code) => this.ended(code));
  }

  private ended(code: number | null): void {
    if (code === 0) this.push(null);
    else this.destroy(new Error(`ssh ended with status ${code ?? "unknown"}: ${this.complaint.trim()}`));
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.child.stdin.write(chunk)) done();
    else this.child.stdin.once("drain", done);
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.child.ref();
    return this;
  }

  unref(): this {
    this.child.unref();
    return this;
  }
}
