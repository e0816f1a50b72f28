// Runs alone, so that official.ts can end it when its time is up.
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import semver from "semver";
import { ENGINE_VERSION } from "./tiers.ts";

const root = process.argv[2];
if (root === undefined) throw new Error("usage: install-official.ts <folder>");
await PulumiCommand.install({ root, version: new semver.SemVer(ENGINE_VERSION) });
