export { initLedger } from "./init.ts";
export { openLedger, type OpenOptions } from "./open.ts";
