/**
 * What a lease gives the candidate: a share of the clients (percent; 0 is testers only), or copies of a share of their
 * safe requests, whose answers nobody gets. Testers see the candidate with either.
 */
export type Share = number | { readonly copies: number };
