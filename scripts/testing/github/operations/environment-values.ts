import { type Call, Failure, found, invalid, type Operations } from "../operation.ts";
import { environmentOf } from "./environments.ts";

/** Secrets and variables of environments. GitHub keeps their names in upper case. */
export const environmentValues: Operations = {
  "actions/get-environment-public-key": (call) => {
    const { keys } = environmentOf(call);
    return { status: 200, body: { key_id: keys.id, key: keys.publicBase64 } };
  },
  "actions/get-environment-secret": (call) => {
    const name = nameOf(call, "secret_name");
    const { createdAt, updatedAt } = found(environmentOf(call).secrets.get(name));
    return { status: 200, body: { name, created_at: createdAt, updated_at: updatedAt } };
  },
  "actions/create-or-update-environment-secret": (call) => {
    const { secrets, keys } = environmentOf(call);
    const { encrypted_value: sealed, key_id: keyId } = call.body as { encrypted_value: string; key_id: string };
    if (keyId !== keys.id) throw new Failure(422, "Key id does not belong to a known key");
    const name = nameOf(call, "secret_name");
    const before = secrets.get(name);
    const updatedAt = moment();
    secrets.set(name, { sealed, createdAt: before?.createdAt ?? updatedAt, updatedAt });
    return before === undefined ? { status: 201, body: {} } : { status: 204 };
  },
  "actions/delete-environment-secret": (call) => {
    if (!environmentOf(call).secrets.delete(nameOf(call, "secret_name"))) found(undefined);
    return { status: 204 };
  },
  "actions/get-environment-variable": (call) => {
    const name = nameOf(call, "name");
    const { value, createdAt, updatedAt } = found(environmentOf(call).variables.get(name));
    return { status: 200, body: { name, value, created_at: createdAt, updated_at: updatedAt } };
  },
  "actions/create-environment-variable": (call) => {
    const { variables } = environmentOf(call);
    const { name, value } = call.body as { name: string; value: string };
    if (variables.has(name.toUpperCase())) throw new Failure(409, "Already exists - Variable already exists");
    if (value === "") throw invalid("Variable", "value", "missing_field");
    const at = moment();
    variables.set(name.toUpperCase(), { value, createdAt: at, updatedAt: at });
    return { status: 201, body: {} };
  },
  "actions/update-environment-variable": (call) => {
    const variable = found(environmentOf(call).variables.get(nameOf(call, "name")));
    variable.value = (call.body as { value?: string }).value ?? variable.value;
    variable.updatedAt = moment();
    return { status: 204 };
  },
  "actions/delete-environment-variable": (call) => {
    if (!environmentOf(call).variables.delete(nameOf(call, "name"))) found(undefined);
    return { status: 204 };
  },
};

function nameOf(call: Call, parameter: string): string {
  return (call.params[parameter] ?? "").toUpperCase();
}

let seconds = 0;

/** Whole seconds, as GitHub's; never the same twice, so that a change can be told. */
function moment(): string {
  return new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + 1000 * seconds++).toISOString().replace(".000Z", "Z");
}
