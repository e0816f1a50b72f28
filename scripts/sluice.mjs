#!/usr/bin/env node
import { start } from "./toolchain/bootstrap.mjs";

await start("scripts/main.ts", process.argv.slice(2));
