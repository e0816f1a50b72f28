/** What a person may turn on the command line. */
export interface BenchOptions {
  /** Share of the full size, e.g. 0.1 for a tenth of the requests. */
  readonly scale: number;
  /** Requests a second of load. */
  readonly ratePerSecond: number;
  /** Of what is drawn by chance; where none is given, the one whose figures the documents have. */
  readonly seed?: number;
  /** Only these rows of what is simulated. */
  readonly cells?: readonly string[];
  /** Rows of a second table instead, beyond what the issue asks for. */
  readonly more?: boolean;
}

export interface BenchTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface BenchResult {
  /** With what it was measured. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Everything that was measured, for the JSON file. */
  readonly results: unknown;
  readonly tables: readonly BenchTable[];
  /** Figures of the issue that were not reached. */
  readonly failures: readonly string[];
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(options: BenchOptions, say: (text: string) => void): Promise<BenchResult>;
}
