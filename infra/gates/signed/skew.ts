/** By so much two machines may differ in what time it is, in milliseconds: what was signed a moment ago counts. */
export const maxSkewMs = 5 * 60_000;
