import { z } from "zod";
import { InputError } from "./errors.ts";

const MAX_LENGTH = 200;

/** Who asks or acts: CI's actor, or the local user's login. In the ledger it is its text. */
export const actorSchema = z
  .string()
  .trim()
  .min(1, "expected who acts, found nothing")
  .max(MAX_LENGTH, `expected ${MAX_LENGTH} characters at most`)
  // Two names that look alike are not the same person's.
  .refine((name) => !/\p{C}/u.test(name), "expected a name that can be read, found control or invisible characters")
  .brand<"Actor">();

/** A text that was checked to be one: no other text is taken for who acts. */
export type Actor = z.infer<typeof actorSchema>;

/**
 * @param key Where the name was found, e.g. `SLUICE_ACTOR`.
 * @throws InputError for a text that is nobody's name
 */
export function actorOf(name: string, key: string): Actor {
  const parsed = actorSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ message }) => ({ key, message }));
  throw new InputError("Nobody can tell who acts:", issues);
}
