import { readFile } from "node:fs/promises";
import { both } from "./both.ts";
import type { Reports } from "../../infra/driver/decide.ts";
import { readBreaking } from "../../infra/gates/breaking/report.ts";
import type { Given } from "../../infra/gates/given.ts";
import { readScan } from "../../infra/gates/scan/read.ts";
import { InputError, messageOf } from "../../infra/model/errors.ts";

export interface ReportOptions {
  readonly scan?: string;
  readonly breaking?: string;
}

/** The reports that were handed in. @throws InputError when there is no such file; what it says is for its gate */
export async function reportsOf({ scan, breaking }: ReportOptions): Promise<Reports> {
  const [scanned, compared] = await both(
    reportIn("scan", scan, readScan),
    reportIn("breaking", breaking, readBreaking),
  );
  return { scan: scanned, breaking: compared };
}

async function reportIn<Report>(
  option: string,
  file: string | undefined,
  read: (text: string) => Given<Report>,
): Promise<Given<Report>> {
  if (file === undefined) return { kind: "missing" };
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const message = `expected a file that can be read: ${messageOf(error)}`;
    throw new InputError("This can't be handed in:", [{ key: `--${option}`, message }]);
  }
  return read(text);
}
