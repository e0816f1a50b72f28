/** What a run of tests came to. */
export interface Counts {
  readonly passed: number;
  /** What failed, a text each: its name, and why where that is known. */
  readonly failures: readonly string[];
}

/** The part of vitest's JSON report that is counted. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** One check, counted as a test. */
export function countCheck(name: string, exitCode: number): Counts {
  return exitCode === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`${name}: exit code ${exitCode}`] };
}

/** Counts a run: a file that failed outside its tests is one failure, and so is a run that failed without a failure. */
export function countRun(name: string, exitCode: number, report: TestReport | undefined): Counts {
  if (report === undefined) return { passed: 0, failures: [`${name}: ended without a report`] };
  const failures = report.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    if (failed.length === 0 && file.status === "failed") return [`${file.name}: ${file.message}`];
    return failed.map(({ fullName, failureMessages }) => `${file.name}: ${fullName}\n${failureMessages.join("\n")}`);
  });
  const unnamed = failures.length === 0 && exitCode !== 0 ? [`${name}: an error outside its tests, see above`] : [];
  return { passed: report.numPassedTests, failures: [...failures, ...unnamed] };
}

export function add(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failures: counts.flatMap(({ failures }) => failures),
  };
}

/** The end of a run: each failure again, since it was said long ago, and the closing line, which CI reads. */
export function closing({ passed, failures }: Counts): string {
  return [...failures.map((failure) => `FAILED ${failure}`), `${passed} passed, ${failures.length} failed`].join("\n");
}

/** 0 only when something ran and nothing failed. */
export function exitCode({ passed, failures }: Counts): 0 | 1 {
  return passed > 0 && failures.length === 0 ? 0 : 1;
}
