import type { JsonObject } from "../../shared/rpc.ts";
import { blocks, flag, text } from "../../bridge/get.ts";

export interface RegistryAuth {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/** By registry host, as image names write it. */
export type RegistryAuths = ReadonlyMap<string, RegistryAuth>;

/** The credentials of a provider's `registryAuth`. */
export function registryAuths(config: JsonObject): RegistryAuths {
  return new Map(blocks(config, "registryAuth").map((auth) => [hostOf(text(auth, "address")), authOf(auth)]));
}

function authOf(auth: JsonObject): RegistryAuth {
  const address = text(auth, "address");
  const scheme = address.startsWith("http://") ? "http" : "https";
  const serveraddress = `${scheme}://${hostOf(address)}`;
  // A registry without authentication still wants the header, with anything in it.
  if (flag(auth, "authDisabled")) return { username: "username", password: "password", serveraddress };
  return { username: text(auth, "username"), password: text(auth, "password"), serveraddress };
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "").split("/", 1)[0] ?? "";
}

/** The registry that an image name names: `registry-1.docker.io` where it names none. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 1 || (rest.length > 0 && (/[.:]/.test(first) || first === "localhost"));
  return isHost ? first : "registry-1.docker.io";
}
