#!/usr/bin/env node
import { serve } from "../shared/serve.ts";
import { githubPlugin } from "./plugin.ts";

await serve(githubPlugin());
