import { createHash } from "node:crypto";

/** Clients are split into this many buckets, so a share can be given to a tenth of a percent. */
export const bucketCount = 1000;

/**
 * The order in which a rollout gives buckets to its candidate, drawn from the rollout's seed: every bucket once. The same
 * seed always gives the same order, so a resumed rollout moves no client; another rollout tries other clients first.
 */
export function permutation(seed: string): readonly number[] {
  const drawn = Array.from({ length: bucketCount }, (_, bucket) => ({ bucket, lot: lot(seed, bucket) }));
  return drawn.sort((a, b) => Buffer.compare(a.lot, b.lot)).map(({ bucket }) => bucket);
}

/** Number of buckets that a weight stands for. Weights are percent, 0.1-100 in steps of 0.1. */
export function bucketsOf(weight: number): number {
  const buckets = Math.round(weight * (bucketCount / 100));
  const isExact = Math.abs(buckets - weight * 10) < 1e-6;
  if (!isExact || buckets < 1 || buckets > bucketCount) {
    throw new RangeError(`expected a weight of 0.1-100 % in steps of 0.1, got ${weight}`);
  }
  return buckets;
}

/** Buckets that go to the candidate at a weight. A higher weight only adds buckets. */
export function leasedBuckets(order: readonly number[], weight: number): readonly number[] {
  return order.slice(0, bucketsOf(weight));
}

/** Three digits, as in file names and log lines. */
export function bucketName(bucket: number): string {
  return String(bucket).padStart(3, "0");
}

function lot(seed: string, bucket: number): Buffer {
  return createHash("sha256").update(`${seed}:${bucket}`).digest();
}
