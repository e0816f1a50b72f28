/** What the candidate's users were to ask, by what the settled slot's did, and what came, since enough of it came. */
export interface Presence {
  readonly expected: number;
  readonly got: number;
}

export const present: Presence = { expected: 0, got: 0 };

/** Clients aren't alike: a few may make most requests, so only much less than its share is missed. */
const least = 1 / 50;

/**
 * Nor are requests drawn one by one, since a client stays with its slot: of ten clients none is among a tenth in one case of
 * three. So as many requests have to be due as make this many times a look's evidence, which takes other clients, too.
 */
const evidences = 10;

/**
 * One look more.
 *
 * @param percent The candidate's share of the clients; of copies and what they are copies of, 50.
 */
export function addPresence(
  { expected, got }: Presence,
  requests: { readonly candidate: number; readonly settled: number },
  percent: number,
): Presence {
  const share = percent / 100;
  const next = {
    expected: expected + (share < 1 ? (requests.settled * share) / (1 - share) : 0),
    got: got + requests.candidate,
  };
  return next.got > 0 && next.got >= least * next.expected ? present : next;
}

/** Whether users should have reached the candidate and didn't. */
export function isMissed({ expected }: Presence, minRequests: number): boolean {
  return expected >= evidences * minRequests;
}
