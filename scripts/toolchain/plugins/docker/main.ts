#!/usr/bin/env node
import { serve } from "../shared/serve.ts";
import { dockerPlugin } from "./plugin.ts";

await serve(dockerPlugin());
