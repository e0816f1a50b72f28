import type { CheckFailure, CheckRequest, CheckResponse, Json, JsonObject } from "../../shared/rpc.ts";
import { hasSecret, hasUnknown, isUnknown, reveal, revealObject, secret } from "../../shared/values.ts";
import { blocks, flag, text } from "../resources/get.ts";
import { providerFields } from "../schema/provider.ts";
import { checkInputs } from "./check.ts";

/** The settings of a provider resource. They travel flat: whatever isn't a string is JSON in a string. */

const OWN = new Set(["version", "pluginDownloadURL"]);

export function decodeConfig(config: JsonObject): JsonObject {
  const entries = Object.entries(revealObject(config)).filter(([key]) => !OWN.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, decode(key, value)]));
}

function decode(key: string, value: Json): Json {
  const field = providerFields[key];
  if (!field || field.kind === "string" || typeof value !== "string" || isUnknown(value)) return value;
  try {
    return reveal(JSON.parse(value) as Json);
  } catch {
    return value;
  }
}

/** The settings as they came, or what is wrong with them; passwords are secret from here on. */
export function checkConfig(request: CheckRequest): CheckResponse {
  const config = decodeConfig(request.news);
  const { failures = [] } = checkInputs(providerFields, { ...request, news: config, olds: {} });
  const all = [...failures, ...missingCredentials(config), ...halfCertificates(config)];
  if (all.length > 0) return { failures: all };
  const { registryAuth, ...others } = request.news;
  if (registryAuth === undefined) return { inputs: others };
  const sensitive =
    hasSecret(registryAuth) || blocks(config, "registryAuth").some((auth) => text(auth, "password") !== "");
  return { inputs: { ...others, registryAuth: sensitive ? secret(registryAuth) : registryAuth } };
}

function missingCredentials(config: JsonObject): CheckFailure[] {
  return blocks(config, "registryAuth").flatMap((auth, index) => {
    if (flag(auth, "authDisabled") || text(auth, "username") !== "" || hasUnknown(auth)) return [];
    const reason =
      "expected a username and a password, or authDisabled: Sluice's own Docker plugin reads no Docker config file";
    return [{ property: `registryAuth[${index}].username`, reason }];
  });
}

function halfCertificates(config: JsonObject): CheckFailure[] {
  const [cert, key] = [text(config, "certMaterial"), text(config, "keyMaterial")];
  if ((cert === "") === (key === "")) return [];
  const property = cert === "" ? "certMaterial" : "keyMaterial";
  return [{ property, reason: "certMaterial and keyMaterial must be given together" }];
}
