/** A duration as Go prints it, which is the form that Docker's provider reads back: 90 -> `1m30s`, 0.5 -> `500ms`. */
export function goDuration(seconds: number): string {
  if (seconds === 0) return "0s";
  if (seconds < 1) return `${round(seconds * 1000)}ms`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${round(seconds % 60)}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
