import { mixedAtMostMs } from "../../infra/gateway/ticks.ts";
import { stageLease } from "../e2e/testing/stage.ts";

/** How long a campaign's hosts that answer may serve users of two versions; milliseconds. */
export const bound = mixedAtMostMs(stageLease);
