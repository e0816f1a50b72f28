/**
 * A number of CPUs in the form in which Docker's provider reads it back: `2.0`, `0.5`. Any other form would show as a
 * change, and so replace the container, at every later preview.
 *
 * @throws RangeError for a number that the provider reads back as another one (0.05, for instance).
 */
export function cpusText(cpus: number): string {
  const digits = cpus.toFixed(9);
  const zeros = [...digits].filter((digit) => digit === "0").length;
  const text = zeros === 9 ? cpus.toFixed(1) : digits.replace(/0+$/, "");
  if (Number(text) === cpus) return text;
  throw new RangeError(`cpus: ${cpus} is read back as ${text} by Docker's provider; expected 0.1 or more, say`);
}
