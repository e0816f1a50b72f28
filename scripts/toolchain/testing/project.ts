import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toolchainEnv } from "../env.ts";
import { type Ended, Run } from "./run.ts";

/** A Pulumi project in a folder of its own, with its state beside it, driven as from a shell. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-project-"));
  /** Environment of every command. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(env: Record<string, string>, files: Readonly<Record<string, string>>) {
    const state = join(this.folder, "state");
    this.env = {
      ...env,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_HOME: join(this.folder, "home"),
    };
    mkdirSync(state);
    this.write({
      "package.json": JSON.stringify({ name: "shop", type: "module" }),
      "Pulumi.yaml": `name: shop
main: stacks/
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: --disable-warning=ExperimentalWarning
`,
      ...files,
    });
    symlinkSync(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(this.folder, "node_modules"));
  }

  static async create(files: Readonly<Record<string, string>>): Promise<Project> {
    const project = new Project(await toolchainEnv(), files);
    await project.pulumi("stack", "init", "dev");
    return project;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(this.folder, path, ".."), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  start(...args: string[]): Run {
    return this.#start({}, args);
  }

  pulumi(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** The same with some of its environment changed. */
  pulumiWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
    return this.#start(env, args).ended;
  }

  #start(env: Readonly<Record<string, string>>, args: readonly string[]): Run {
    const command: [string, ...string[]] = ["pulumi", ...args, "--non-interactive", "--color=never"];
    return new Run(command, { cwd: this.folder, env: { ...this.env, ...env } });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
