import { PolicyPack } from "@pulumi/policy";
import { asPolicy, secretsKeptThroughout, secretsWatch } from "./as-policy.ts";
import { readPolicyConfig } from "./read-config.ts";
import { rules } from "./rules/index.ts";
import { SecretsSeen } from "./secrets-seen.ts";

const seen = new SecretsSeen();
const today = new Date().toISOString().slice(0, 10);
const config = readPolicyConfig(today);

new PolicyPack("sluice", {
  description: "What must be true of every stack of Sluice.",
  enforcementLevel: "mandatory",
  policies: [
    secretsWatch(seen),
    ...rules.map((rule) => asPolicy(rule, config, seen, today)),
    secretsKeptThroughout(config, seen, today),
  ],
});
