export { backupLedger } from "./backup.ts";
export { initLedger } from "./init.ts";
export { openLedger, type OpenOptions } from "./open.ts";
export { restoreLedger } from "./restore.ts";
export { verifyLedger, type LedgerReport, type StreamReport } from "./verify.ts";
