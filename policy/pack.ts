import { PolicyPack } from "@pulumi/policy";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { asPolicy, secretsKeptThroughout, secretsWatch } from "./as-policy.ts";
import { parsePolicyConfig } from "./config-file.ts";
import { rules } from "./rules/index.ts";
import { SecretsSeen } from "./secrets-seen.ts";

/** The team's thresholds and exceptions: `SLUICE_POLICY_CONFIG`, or `config.yaml` beside this file where there is one. */
const file = process.env["SLUICE_POLICY_CONFIG"] ?? join(import.meta.dirname, "config.yaml");
const isGiven = process.env["SLUICE_POLICY_CONFIG"] !== undefined || existsSync(file);
const config = parsePolicyConfig(isGiven ? parse(readFileSync(file, "utf8")) : undefined, rules, file);
const seen = new SecretsSeen();
const today = new Date().toISOString().slice(0, 10);

new PolicyPack("sluice", {
  description: "What must be true of every stack of Sluice.",
  enforcementLevel: "mandatory",
  policies: [
    secretsWatch(seen),
    ...rules.map((rule) => asPolicy(rule, config, seen, today)),
    secretsKeptThroughout(config, seen, today),
  ],
});
