import { bool, list, setOf, string } from "../../bridge/field.ts";
import type { Fields } from "../../bridge/field.ts";

const refused = { refused: true } as const;

export const providerFields: Fields = {
  host: string(),
  sshOpts: list(),
  caMaterial: string(),
  certMaterial: string(),
  keyMaterial: string(),
  certPath: string(refused),
  context: string(refused),
  disableDockerDaemonCheck: bool(),
  registryAuth: setOf({
    address: string({ required: true }),
    username: string(),
    password: string(),
    authDisabled: bool(),
    configFile: string(refused),
    configFileContent: string(refused),
  }),
};
