import { describe, expect, it } from 'vitest';
import { tellingOf } from '../../src/delivery/events.ts';
import type { DeliveryEvent, OnEvent } from '../../src/delivery/events.ts';
import { createLog } from '../../src/infra/log.ts';
import { createMetrics, exposition } from '../../src/infra/metrics.ts';
import { hearEvents } from '../../src/services/hear-events.ts';
import { readExposition } from '../support/exposition.ts';

const problem = { code: 'SOME_CODE', message: 'It says no.' };
const rows = { accepted: 1, rejected: 2, unknown: 3 };
const ended = { kind: 'run-ended', ...rows, notSent: 0, problem: null } as const;
const batch = { batch: 7n, operation: 'add' } as const;

/** pino's numbers. */
const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const;

const EVENTS: readonly (readonly [keyof typeof LEVELS, DeliveryEvent])[] = [
  ['info', { ...ended, state: 'succeeded' }],
  ['warn', { ...ended, state: 'incomplete' }],
  ['warn', { ...ended, state: 'held' }],
  ['warn', { ...ended, state: 'cancelled' }],
  ['error', { ...ended, state: 'failed' }],
  ['warn', { kind: 'run-stopped', code: 'lease.lost' }],
  ['error', { kind: 'run-stopped', code: 'unexpected' }],
  ['debug', { kind: 'batch-sent', ...batch, rows: 9 }],
  ['info', { kind: 'batch-retried', ...batch, attempt: 1, waitMs: 5, problem }],
  ['info', { kind: 'batch-answered', ...batch, ...rows, state: 'done', requestId: 'r', problem }],
  ['warn', { kind: 'batch-failed', ...batch, ...rows, state: 'lost', problem }],
  ['warn', { kind: 'batch-failed', ...batch, ...rows, state: 'refused', problem }],
  ['info', { kind: 'waiting', until: new Date('2026-11-22T00:00:00Z'), problem }],
  ['info', { kind: 'account-busy' }],
  ['debug', { kind: 'request-ended', outcome: 'ok', ms: 12 }],
];

function heard(event: DeliveryEvent): Record<string, unknown> {
  let text = '';
  const log = createLog('debug', { write: (line) => void (text += line) });
  tellingOf<{ readonly onEvent: OnEvent }>(
    { sync: 's', platform: 'meta', run: 12n },
    { onEvent: hearEvents({ log }) },
  ).onEvent(event);
  return JSON.parse(text) as Record<string, unknown>;
}

describe('what happens', () => {
  it.each(
    EVENTS.map(
      ([level, event]) => [level, event.kind, 'state' in event ? event.state : '', event] as const,
    ),
  )('is written as %s, with the ids of run and batch: %s %s', (level, _kind, _state, event) => {
    const line = heard(event);
    expect(line).toMatchObject({
      level: LEVELS[level],
      event: event.kind,
      sync: 's',
      platform: 'meta',
      run: '12',
      ...('batch' in event ? { batch: '7' } : {}),
    });
    expect(line['msg']).toMatch(/^[a-z]/u);
    expect(JSON.stringify(line)).not.toContain('[cut]');
  });

  it('keeps the run that an event names itself', () => {
    expect(heard({ kind: 'run-stopped', code: 'x', run: 3n })['run']).toBe('3');
  });

  it('is passed on to nobody where nobody hears', () => {
    const options: { readonly onEvent?: OnEvent } = {};
    expect(tellingOf({ run: 1n }, options)).toBe(options);
  });
});

describe('the requests of a process', () => {
  it('are measured by platform and by how they ended, in seconds', async () => {
    const metrics = createMetrics();
    const hear = hearEvents({ log: createLog('silent'), metrics });
    for (const [outcome, ms] of [
      ['ok', 200],
      ['ok', 3_000],
      ['throttled', 40],
    ] as const) {
      hear({ kind: 'request-ended', platform: 'x', outcome, ms });
    }
    const { contentType, text } = await exposition([], metrics);
    const seen = readExposition(text);
    const name = 'rekindle_request_seconds';
    const ok = { platform: 'x', outcome: 'ok' };
    expect(contentType).toContain('text/plain');
    expect(seen.value(`${name}_count`, ok)).toBe(2);
    expect(seen.value(`${name}_sum`, ok)).toBeCloseTo(3.2);
    expect(seen.value(`${name}_bucket`, { ...ok, le: '0.25' })).toBe(1);
    expect(seen.value(`${name}_bucket`, { ...ok, le: '5' })).toBe(2);
    expect(seen.value(`${name}_count`, { platform: 'x', outcome: 'throttled' })).toBe(1);
  });
});

describe('families', () => {
  it('are written with every character that a label may hold', async () => {
    const sync = 'a "quoted"\\ name\nof 二 lines';
    const { text } = await exposition([
      {
        name: 'rekindle_runs_total',
        type: 'counter',
        help: 'Runs.',
        labels: ['sync'],
        samples: [{ labels: { sync }, value: 2 }],
      },
    ]);
    expect(readExposition(text).value('rekindle_runs_total', { sync })).toBe(2);
  });
});
