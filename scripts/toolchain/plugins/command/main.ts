import { engineLog } from "../shared/engine-log.ts";
import { serve } from "../shared/serve.ts";
import { commandPlugin } from "./plugin.ts";

// The engine gives its own address as the last argument.
await serve(commandPlugin(engineLog(process.argv.at(-1)?.includes(":") ? process.argv.at(-1) : undefined)));
