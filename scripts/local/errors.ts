/** A local part can't be had or started; the message says what, why and what fixes it. */
export class LocalSetupError extends Error {
  override readonly name = "LocalSetupError";
}

/** Someone else listens where a part of ours was to listen. */
export class PortInUseError extends LocalSetupError {
  constructor(address: string, port: number, what: string) {
    super(
      `${address}:${port} is in use, and ${what} was to listen there: stop what listens there or choose another port`,
    );
  }
}

/** Told what a long step is doing; one line, no newline. */
export type OnProgress = (message: string) => void;
