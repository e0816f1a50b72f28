import type { CheckFailure, CheckRequest, CheckResponse, JsonObject } from "../shared/rpc.ts";
import { decodeProviderConfig } from "../bridge/provider-config.ts";
import { hasSecret, hasUnknown, secret } from "../shared/values.ts";
import { blocks, flag, text } from "../bridge/get.ts";
import { providerFields } from "./schema/provider.ts";
import { checkInputs } from "../bridge/check.ts";

/** The settings of a provider resource. */

export function decodeConfig(config: JsonObject): JsonObject {
  return decodeProviderConfig(providerFields, config);
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
