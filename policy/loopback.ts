import { isIPv4 } from "node:net";

/** Whether only this host reaches the address. */
export function isLoopback(address: string): boolean {
  return address === "::1" || (isIPv4(address) && address.startsWith("127."));
}
