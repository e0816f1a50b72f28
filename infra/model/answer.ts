/** What a request brought back, or why it brought nothing. */
export type Answer =
  | { readonly kind: "answered"; readonly status: number; readonly body: string; readonly milliseconds: number }
  | { readonly kind: "failed"; readonly reason: string };
