import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parsePolicyConfig, type PolicyConfig } from "./config-file.ts";
import { rules } from "./rules/index.ts";

/**
 * The team's thresholds and exceptions: `SLUICE_POLICY_CONFIG`, or `config.yaml` beside this file where there is one.
 *
 * @param today ISO date in UTC
 * @throws InputError naming everything that is wrong with it
 */
export function readPolicyConfig(today: string): PolicyConfig {
  const given = process.env["SLUICE_POLICY_CONFIG"];
  const file = given ?? join(import.meta.dirname, "config.yaml");
  const document: unknown = given !== undefined || existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
  return parsePolicyConfig(document, rules, file, today);
}
