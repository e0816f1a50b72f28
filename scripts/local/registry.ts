import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OnProgress } from "./errors.ts";
import { sweepLeftovers } from "./leftovers.ts";
import { claimPort } from "./ports.ts";
import { requireProgram } from "./programs.ts";
import { createRunFolder } from "./run-folder.ts";
import { startSupervised } from "./supervised.ts";

export interface LocalRegistry {
  /** `address:port`, the first part of its images' names. Docker engines trust loopback registries without TLS. */
  readonly host: string;
  stop(): Promise<void>;
}

export interface LocalRegistryOptions {
  /** @default "127.0.0.1" */
  readonly address?: string;
  /**
   * 0 takes a free one.
   * @default 0
   */
  readonly port?: number;
  readonly onProgress?: OnProgress;
}

/**
 * A real image registry, empty, its storage in a folder of its own.
 * @throws LocalSetupError when docker-registry is missing, doesn't start, or the port is taken.
 */
export async function startRegistry({
  address = "127.0.0.1",
  port = 0,
  onProgress = () => undefined,
}: LocalRegistryOptions = {}): Promise<LocalRegistry> {
  const command = requireProgram("docker-registry", "docker-registry");
  await sweepLeftovers(onProgress);
  const host = `${address}:${await claimPort(address, port, "the image registry")}`;
  const folder = createRunFolder("registry");
  const config = join(folder, "config.yml");
  // JSON is YAML, and needs no quoting rules of its own.
  writeFileSync(config, JSON.stringify(registryConfig(folder, host)));
  const supervised = await startSupervised(folder, [{ name: "registry", command, args: ["serve", config] }]);
  try {
    await supervised.untilReady("registry", () =>
      fetch(`http://${host}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  onProgress(`image registry: ready at ${host}`);
  return { host, stop: () => supervised.stop() };
}

export function registryConfig(folder: string, host: string) {
  return {
    version: 0.1,
    log: { level: "warn", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(folder, "storage") },
      cache: { blobdescriptor: "inmemory" },
      delete: { enabled: true },
    },
    http: { addr: host },
  };
}
