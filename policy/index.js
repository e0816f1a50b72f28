// Pulumi's policy runner loads JavaScript; from here on Node runs the TypeScript as it is.
import { flushCompileCache } from "node:module";
import "./pack.ts";

// A pack is killed, not ended: where its Node keeps what it compiled, that is written down once it is at rest.
setTimeout(flushCompileCache, 500).unref();
