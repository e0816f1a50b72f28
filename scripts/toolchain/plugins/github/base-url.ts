const SERVER_PATH = "/api/v3";

/**
 * Address of the REST API, without a slash at its end, for a provider's `baseUrl`, as the official provider takes it:
 * an Enterprise Server's may be given with or without `/api/v3`, github.com and `*.ghe.com` have no path.
 *
 * @throws when it is no address.
 */
export function apiUrl(baseUrl: string): string {
  if (!URL.canParse(baseUrl))
    throw new Error(`baseUrl: expected an address such as https://api.github.com, got ${baseUrl}`);
  const { protocol, host, pathname } = new URL(baseUrl);
  if (host === "github.com" || host === "api.github.com") return `${protocol}//api.github.com`;
  if (host.endsWith(".ghe.com")) return `${protocol}//${host.startsWith("api.") ? host : `api.${host}`}`;
  const path = pathname.replace(/\/+$/, "").replace(/\/api\/v3$/, "");
  return `${protocol}//${host}${path}${SERVER_PATH}`;
}
