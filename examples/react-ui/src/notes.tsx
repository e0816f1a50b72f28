import { release } from "./release.ts";

const FEATURES: Readonly<Record<string, string>> = {
  echo: "Send a message and see which copy of the service answers, and how fast.",
  live: "A WebSocket that stays open, and events as the service sends them.",
};

export function Notes() {
  return (
    <section aria-label="Release notes">
      <h2>Release notes</h2>
      <p data-testid="notes">{`${release.version}: ${release.headline}`}</p>
      <ul>
        {release.features.map((feature) => (
          <li key={feature}>{FEATURES[feature] ?? feature}</li>
        ))}
      </ul>
    </section>
  );
}
