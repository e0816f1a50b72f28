import { usePolled } from "./use-polled.ts";

interface Readiness {
  readonly status: string;
  readonly checks?: Readonly<Record<string, string>>;
}

export function Health() {
  const { status, body } = usePolled<Readiness>("/api/health/ready", 3_000);
  const checks = Object.entries({ service: body?.status ?? status, ...body?.checks });
  return (
    <section aria-label="Health">
      <h2>Health</h2>
      <ul className="cards">
        {checks.map(([name, value]) => (
          <li key={name} className={value === "ready" || value === "healthy" ? "good" : "bad"}>
            <span>{name}</span>
            <b>{value}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
