import { lazy, Suspense, useState } from "react";
import { Echo } from "./echo.tsx";
import { Health } from "./health.tsx";
import { Live } from "./live.tsx";
import { release } from "./release.ts";
import { usePolled } from "./use-polled.ts";

interface Version {
  readonly version: string;
  readonly slot: string;
  readonly startedAt: string;
}

/** A chunk of its own, fetched when somebody asks for it. */
const Notes = lazy(async () => ({ default: (await import("./notes.tsx")).Notes }));

export function App() {
  const [notes, setNotes] = useState(false);
  const answered = usePolled<Version>("/api/version", 3_000);
  const slot = answered.body?.slot || "none";
  return (
    <main>
      <header>
        <img src="/static/logo.png" alt="" width={48} height={48} />
        <div>
          <h1>{release.headline}</h1>
          <p>
            release <b data-testid="version">{release.version}</b> · answered by slot{" "}
            <b className={`slot ${slot}`} data-testid="slot">
              {slot}
            </b>
          </p>
        </div>
      </header>
      {answered.body && answered.body.version !== release.version && (
        <p className="notice" role="status">
          Release {answered.body.version} is serving now. <a href="/">Reload</a>
        </p>
      )}
      <Health />
      {release.features.includes("echo") && <Echo />}
      {release.features.includes("live") && <Live />}
      <footer>
        {notes ? (
          <Suspense fallback="Loading…">
            <Notes />
          </Suspense>
        ) : (
          <button type="button" onClick={() => setNotes(true)}>
            Release notes
          </button>
        )}
      </footer>
    </main>
  );
}
