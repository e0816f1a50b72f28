/**
 * Path of the property whose value isn't known at preview, if that is what went wrong: `@pulumi/policy` throws its
 * `UnknownValueError` when such a property is touched, and its types keep quiet about it.
 */
export function unknownPath(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("unknownTypeSentinel" in error) || !("props" in error)) return undefined;
  return Array.isArray(error.props) ? error.props.map(String).join(".") : "";
}
