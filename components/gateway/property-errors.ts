import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../../infra/model/errors.ts";

/**
 * Runs a check that reports every problem at once, and names the properties of a component in its report.
 *
 * @param property Property of the component that the checked value came in by.
 * @throws InputPropertiesError
 */
export function propertyErrors<Result>(property: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new pulumi.InputPropertiesError({
      message: error.message,
      errors: error.issues.map(({ key, message }) => ({ propertyPath: `${property}.${key}`, reason: message })),
    });
  }
}
