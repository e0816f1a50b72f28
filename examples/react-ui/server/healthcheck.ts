// Docker's HEALTHCHECK in exec form: `node /app/healthcheck.js`. Exit code 0 is alive; whether it is ready for users is
// for whoever gives it users: a restart would not bring a missing database back.
const given = process.env.HOST || "127.0.0.1";
const host = given === "0.0.0.0" || given === "::" ? "127.0.0.1" : given;
const url = `http://${host}:${process.env.PORT || 8080}/api/health`;

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_500) });
  console.log(`${response.status} ${(await response.text()).trim()}`); // shown by `docker inspect`
  process.exit(response.ok ? 0 : 1);
} catch (error) {
  console.log(`${url}: ${String(error)}`);
  process.exit(1);
}
