import { InputError } from "../../infra/model/errors.ts";

/** Waits for two inputs. @throws InputError with the problems of both where both have some; else what one throws */
export async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  const wrong = [first, second].flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  const [one, other] = wrong;
  if (one instanceof InputError && other instanceof InputError) {
    throw new InputError(one.message.split("\n")[0] ?? "", [...one.issues, ...other.issues]);
  }
  return Promise.all([a, b]);
}
