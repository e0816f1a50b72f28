import { useEffect, useState } from "react";

export interface Polled<Body> {
  readonly status: "waiting" | "ok" | "failed";
  /** The last answer that could be read. */
  readonly body?: Body;
}

/** The JSON at a URL, asked for again every `intervalMs`. An error answer may have a body too. */
export function usePolled<Body>(url: string, intervalMs: number): Polled<Body> {
  const [polled, setPolled] = useState<Polled<Body>>({ status: "waiting" });
  useEffect(() => {
    const stop = new AbortController();
    const ask = async () => {
      try {
        const response = await fetch(url, { signal: stop.signal });
        const body = (await response.json()) as Body;
        setPolled({ status: response.ok ? "ok" : "failed", body });
      } catch {
        if (!stop.signal.aborted) setPolled((last) => ({ ...last, status: "failed" }));
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), intervalMs);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [url, intervalMs]);
  return polled;
}
