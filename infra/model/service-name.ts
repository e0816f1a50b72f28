import { z } from "zod";

/** One DNS-like label: what organisations, services, hosts and sites are called. */
export const label = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "expected 1-40 lower-case letters, digits and inner hyphens");

/** An organisation's deployable container, written `org1/react-ui`. */
export const serviceName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\/[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/,
    'expected "<org>/<service>", both of lower-case letters, digits and inner hyphens, e.g. "org1/react-ui"',
  );

export interface ServiceName {
  readonly org: string;
  readonly service: string;
}

export function parseServiceName(text: string): ServiceName {
  const [org = "", service = ""] = serviceName.parse(text).split("/");
  return { org, service };
}

/** `org1.react-ui`: the form for stack names, file names and folders. */
export function dotted(text: string): string {
  const { org, service } = parseServiceName(text);
  return `${org}.${service}`;
}

/** Name of the stack that declares one service of an environment: `local.org1.react-ui`. */
export function serviceStack(environment: string, service: string): string {
  return `${environment}.${dotted(service)}`;
}
