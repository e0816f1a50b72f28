import { z } from "zod";
import { type ServiceSettings, serviceSettings } from "../model/settings/service.ts";
import { closest } from "./closest.ts";

/** A rule came upon what isn't known of a service: that rule can't tell of it. */
export class NotKnownError extends Error {
  readonly service: string;

  constructor(service: string) {
    super(`what a rule needs of ${service} is wrong`);
    this.service = service;
  }
}

/**
 * A service of which some values are wrong: those that are right, with their defaults. Whoever reads one of the others gets
 * a `NotKnownError`, so that nothing is ever concluded from a value that nobody gave. Null where it is no mapping at all.
 */
export function salvageService(name: string, value: unknown): ServiceSettings | null {
  const notKnown = () => {
    throw new NotKnownError(name);
  };
  return isMapping(value) ? (salvaged(serviceSettings, value, notKnown) as ServiceSettings) : null;
}

type Mapping = Readonly<Record<string, unknown>>;

function salvaged(schema: z.ZodObject, value: Mapping, notKnown: () => never): Mapping {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  const known = Object.keys(shape);
  // What is misspelt is not the default either.
  const meant = Object.keys(value).flatMap((key) => (known.includes(key) ? [] : (closest(key, known) ?? [])));
  const right: Record<string, unknown> = {};
  for (const [key, of] of Object.entries(shape)) {
    const parsed = z.safeParse(of, value[key]);
    const part = parsed.success ? parsed.data : partOf(of, value[key], notKnown);
    const isKnown = part !== null && !(meant.includes(key) && value[key] === undefined);
    Object.defineProperty(
      right,
      key,
      isKnown ? { value: part, enumerable: true } : { get: notKnown, enumerable: true },
    );
  }
  return right;
}

function partOf(schema: z.core.$ZodType, value: unknown, notKnown: () => never): Mapping | null {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject && isMapping(value) ? salvaged(inner, value, notKnown) : null;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const wraps = schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional;
  return wraps ? unwrapped(schema.unwrap()) : schema;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
