// Preloaded (`node --import`): every clock of the process is a day and two hours ahead.
const ahead = 26 * 3_600_000;
const now = Date.now.bind(Date);
globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(now() + ahead);
    else super(...args);
  }
  static now() {
    return now() + ahead;
  }
};
