import { UnknownError } from "../../model/errors.ts";
import type { ExporterReading, Reading, RequestHistory, SlotCounters } from "../../model/reading.ts";
import type { SlotName } from "../../model/slot.ts";
import type { MetricsPort } from "../ports.ts";
import type { FakeHost } from "./fake-host.ts";
import type { World } from "./world.ts";

/**
 * How a metrics source is: well, away, without any counter, with none newer than before, or with new ones of exporters
 * that no longer read their log.
 */
export type Fault = "away" | "empty" | "late" | "stalled";

const bounds = [10, 20, 40, 80, Infinity];

/** Prometheus with an exporter a host: users make `world.traffic` requests to each host's slots between two looks. */
export class FakeMetrics implements MetricsPort {
  readonly name = "Prometheus";
  readonly maxAgeMs = 30_000;
  /** What is wrong at a moment. */
  fault: (now: number) => Fault | null = () => null;
  /** Called at each question. */
  onRead: () => void = () => undefined;
  readonly #world: World;
  #counters = new Map<string, SlotCounters>();
  #told: Reading = { exporters: [] };

  constructor(world: World) {
    this.#world = world;
  }

  read(): Promise<Reading> {
    this.onRead();
    for (const host of this.#world.hosts) for (const slot of host.served()) this.#count(host, slot);
    const now = this.#world.clock.now();
    switch (this.fault(now)) {
      case "away":
        return Promise.reject(new UnknownError("connect ECONNREFUSED"));
      case "empty":
        return Promise.resolve({ exporters: [] });
      case "late":
        break;
      case "stalled":
        this.#told = { exporters: this.#told.exporters.map((exporter) => ({ ...exporter, at: now })) };
        break;
      case null:
        this.#told = { exporters: this.#world.hosts.map((host) => this.#exporterOf(host, now)) };
    }
    return Promise.resolve(this.#told);
  }

  /** What it says of the days before; it is away as `fault` has it. */
  past: RequestHistory | null = null;

  history(): Promise<RequestHistory> {
    if (this.past && this.fault(this.#world.clock.now()) === null) return Promise.resolve(this.past);
    return Promise.reject(new UnknownError("connect ECONNREFUSED"));
  }

  /** The exporters' containers are started anew. */
  restart(): void {
    this.#counters = new Map();
    this.#world.beats.clear();
  }

  #exporterOf({ name }: FakeHost, at: number): ExporterReading {
    const slot = (of: SlotName) => this.#counters.get(`${name} ${of}`) ?? { requests: 0, errors: 0, buckets: [] };
    const slots = { blue: slot("blue"), green: slot("green") };
    return { host: name, origin: `instance=${name}`, at, heartbeats: this.#world.beats.get(name) ?? 0, slots };
  }

  #count(host: FakeHost, slot: SlotName): void {
    const { traffic } = this.#world;
    const { errorPercent = 0, p95 = 20 } = this.#world.behaviourOf(host.containers[slot]);
    const before = this.#counters.get(`${host.name} ${slot}`);
    const count = (bound: number) => (bound >= p95 ? traffic : bound >= p95 / 2 ? traffic / 2 : 0);
    this.#counters.set(`${host.name} ${slot}`, {
      requests: (before?.requests ?? 0) + traffic,
      errors: (before?.errors ?? 0) + Math.round((traffic * errorPercent) / 100),
      buckets: bounds.map((milliseconds, index) => ({
        milliseconds,
        count: (before?.buckets[index]?.count ?? 0) + count(milliseconds),
      })),
    });
  }
}
