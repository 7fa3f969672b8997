/** Quotas per Cloud project: a bucket a minute and a cap a day, on the sandbox's clock. */
import type { SandboxClock } from '../../sandbox/emulator.ts';
import { Refusal } from './answer.ts';

export type QuotaService = 'Ingestion' | 'Management';
export type QuotaUse = 'Mutate' | 'Read';

const PER_MINUTE = 300;
const PER_DAY: Readonly<Record<QuotaService, number>> = { Ingestion: 100_000, Management: 50_000 };
const DAY_MS = 86_400_000;

interface Bucket {
  tokens: number;
  filledAt: number;
  day: number;
  today: number;
}

/** Takes one request from a quota, or refuses. Google promises no Retry-After, so none is sent. */
export function quotas(clock: SandboxClock): (service: QuotaService, use: QuotaUse) => void {
  const buckets = new Map<string, Bucket>();
  return (service, use) => {
    const now = clock.now().getTime();
    const day = Math.floor(now / DAY_MS);
    const name = `${service}${use}RequestsPer`;
    const bucket = buckets.get(name) ?? { tokens: PER_MINUTE, filledAt: now, day, today: 0 };
    buckets.set(name, bucket);
    const refill = ((now - bucket.filledAt) * PER_MINUTE) / 60_000;
    bucket.tokens = Math.min(PER_MINUTE, bucket.tokens + Math.max(0, refill));
    bucket.filledAt = now;
    if (bucket.day !== day) Object.assign(bucket, { day, today: 0 });
    if (bucket.today >= PER_DAY[service]) throw over(`${name}DayPerProject`);
    if (bucket.tokens < 1) throw over(`${name}MinutePerProject`);
    bucket.tokens -= 1;
    bucket.today += 1;
  };
}

function over(limit: string): Refusal {
  return new Refusal(`Quota exceeded for quota limit '${limit}'.`, {
    status: 429,
    rpc: 'RESOURCE_EXHAUSTED',
    reason: 'RESOURCE_EXHAUSTED',
    metadata: { quota_limit: limit, service: 'datamanager.googleapis.com' },
  });
}
