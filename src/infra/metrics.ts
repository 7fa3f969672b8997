/**
 * Figures for Prometheus. What a process alone knows (how long requests take, its memory) is kept in
 * its registry; facts of the database are read when they are asked for and written beside them.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric with its series, as it stands at a moment. Labels hold nothing of a customer. */
export interface Family {
  /** By Prometheus's conventions: the unit in the name, `_total` at the end of a counter's. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: readonly Sample[];
}

/** What one process measures of itself. */
export interface ProcessMetrics {
  /** One call of a connector; the outcome is `ok`, the kind of its failure, or `error`. */
  requestEnded(request: {
    readonly platform: string;
    readonly outcome: string;
    readonly seconds: number;
  }): void;
  readonly registry: Registry;
}

/** From an answer of a list's name to the two minutes that a request may take. */
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The measures of this process; it is asked for once by each that serves them. */
export function createMetrics(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'rekindle_request_seconds',
    help: 'How long calls of ad platforms took this process, by how they ended; waits for the budget do not count.',
    labelNames: ['platform', 'outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    requestEnded: ({ platform, outcome, seconds }) => {
      requests.observe({ platform, outcome }, seconds);
    },
    registry,
  };
}

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Families and what a process measured of itself, in Prometheus's text format. */
export async function exposition(
  families: readonly Family[],
  own?: ProcessMetrics,
): Promise<Exposition> {
  const facts = new Registry();
  for (const { name, type, help, labels, samples } of families) {
    const options = { name, help, labelNames: [...labels], registers: [facts] };
    if (type === 'counter') {
      const counter = new Counter(options);
      for (const { labels, value } of samples) counter.inc({ ...labels }, value);
    } else {
      const gauge = new Gauge(options);
      for (const { labels, value } of samples) gauge.set({ ...labels }, value);
    }
  }
  const parts = [await facts.metrics(), await own?.registry.metrics()];
  return {
    contentType: facts.contentType,
    text: parts.filter((part) => part !== undefined && part !== '').join('\n'),
  };
}
