/** Every platform of the registry: its match figures come from the population, kind of key by kind. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  Batch,
  Connector,
  ConnectorContext,
  MatchReading,
  Member,
} from '../../connectors/connector.ts';
import { findConnector, PLATFORMS } from '../../connectors/registry.ts';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { seededPopulation } from '../../connectors/sandbox/population.ts';
import type { MatchRates } from '../../connectors/sandbox/population.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import { memoryJournal, sandboxClock } from '../../connectors/sandbox/world.ts';
import { KEY_KINDS } from '../../src/identity/types.ts';
import type { KeyRule } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';
import { DAY, digest, people, person, START } from './connector-stage.ts';

const RATES = { email: 0.6, phone: 0.4, other: 0.3 };
const CROWD = people(4000);

/** A platform whose people are drawn at these rates, and one list on it. */
async function stageOf(platform: string, rates: MatchRates) {
  const world = {
    clock: sandboxClock(START),
    journal: memoryJournal(),
    population: seededPopulation({ seed: 'contract', rates }),
  };
  const connector = connectorOf(platform);
  const emulators = await loadEmulators(world, [platform]);
  const [emulator] = emulators;
  if (emulator === undefined) throw new Error(`No emulator of ${platform}.`);
  const server = await serveSandbox({ world, emulators });
  onTestFinished(() => server.close());
  const kept = new Map<string, unknown>();
  const context: ConnectorContext = {
    account: emulator.account,
    credentials: emulator.credentials,
    options: {},
    endpoints: server.endpoints(platform),
    now: () => world.clock.now(),
    deadlineMs: 20_000,
    signal: new AbortController().signal,
    observe: () => {},
    memo<T>(key: string, make: () => T): T {
      if (!kept.has(key)) kept.set(key, make());
      return kept.get(key) as T;
    },
  };
  const audience = await connector.ensureAudience(context, { name: 'Autumn A', key: 'rates-1' });
  let id = 0n;
  /** Sends people in as many requests as it takes, and waits until the platform is through. */
  const send = async (operation: Batch['operation'], members: readonly Member[]) => {
    for (let from = 0; from < members.length; from += connector.limits.rows) {
      id += 1n;
      const part = members.slice(from, from + connector.limits.rows);
      await connector.push(context, { id, audience, operation, members: part });
    }
    world.clock.advance(2 * DAY);
  };
  return { connector, emulator, context, world, audience, send };
}

function connectorOf(platform: string): Connector {
  const connector = findConnector(platform);
  if (connector === undefined) throw new Error(`No connector of ${platform}.`);
  return connector;
}

type Stage = Awaited<ReturnType<typeof stageOf>>;
type Figure = Exclude<MatchReading, { readonly kind: 'unknown' }>;

async function figureOf({ connector, context, audience }: Stage): Promise<Figure> {
  const reading = await connector.readMatch(context, audience);
  if (reading.kind === 'unknown') throw new Error(`no figure: ${reading.detail}`);
  return reading;
}

/** The figure that a platform of these rates gives for these people. */
async function figureAt(platform: string, rates: MatchRates, members = CROWD): Promise<Figure> {
  const stage = await stageOf(platform, rates);
  await stage.send('add', members);
  return figureOf(stage);
}

/**
 * What people of an e-mail and a phone each come to: `rate` is the share of people of whom a key
 * leads to somebody; `count` the users, two for a person whose keys lead to two accounts.
 */
function impliedBy({ world, emulator }: Stage, kind: Figure['kind']): number {
  const found = CROWD.map(({ email, phone }) =>
    [
      ...email.map((key) => world.population.find(emulator.platform, key, 'email')),
      ...phone.map((key) => world.population.find(emulator.platform, key, 'phone')),
    ].filter((user) => user !== undefined),
  );
  return kind === 'count'
    ? new Set(found.flat()).size
    : found.filter((users) => users.length > 0).length / CROWD.length;
}

/** How far apart the bounds of a figure are, by what the platform tells: its own rounding. */
const ROUNDING: Record<Connector['capabilities']['match'], (truth: number) => number> = {
  rate: () => 0.01,
  range: (people) => 10 ** (String(people).length - 2),
  size: () => 0,
};

/** Four standard deviations of the share that n keys of a rate lead to. */
const spread = (rate: number, n: number) => 4 * Math.sqrt((rate * (1 - rate)) / n);

describe.each(PLATFORMS)('the match figures of %s', (platform) => {
  it('lie within its own rounding of what the population implies', async () => {
    const stage = await stageOf(platform, RATES);
    await stage.send('add', CROWD);
    const figure = await figureOf(stage);
    const truth = impliedBy(stage, figure.kind);
    expect(figure.lower).toBeLessThanOrEqual(truth);
    expect(figure.upper).toBeGreaterThanOrEqual(truth);
    const rounding = ROUNDING[stage.connector.capabilities.match](truth);
    expect(figure.upper - figure.lower).toBeCloseTo(rounding, 9);
  });

  it.each([
    ['email', { phone: [] }, 0.6],
    ['phone', { email: [] }, 0.4],
  ] as const)('come to the rate of the %s where nothing else is sent', async (_, less, rate) => {
    const members = CROWD.map((member) => ({ ...member, ...less }));
    const { kind, lower, upper } = await figureAt(platform, RATES, members);
    const whole = kind === 'rate' ? 1 : CROWD.length;
    const slack = spread(rate, CROWD.length);
    expect(lower / whole).toBeLessThan(rate + slack);
    expect(upper / whole).toBeGreaterThan(rate - slack);
  });

  it.each(['email', 'phone'] as const)('rise with the rate of the %s alone', async (kind) => {
    const before = await figureAt(platform, RATES);
    const after = await figureAt(platform, { ...RATES, [kind]: RATES[kind] + 0.2 });
    expect(after.lower).toBeGreaterThan(before.upper);
  });

  it('do not change with the rate of a kind that is not sent', async () => {
    const others = KEY_KINDS.filter((kind) => kind !== 'email' && kind !== 'phone');
    const raised = Object.fromEntries(others.map((kind) => [kind, 1]));
    const before = await figureAt(platform, RATES);
    expect(await figureAt(platform, { ...RATES, ...raised, other: 1 })).toEqual(before);
  });
});

/** Somebody with one key under a rule; none where the rule is of what is no key. */
const BY_RULE: Record<KeyRule, ((n: number) => Partial<Member>) | undefined> = {
  email_plain: (n) => ({ email: [digest(`e-mail ${n}`)] }),
  email_google: (n) => ({ email: [digest(`e-mail ${n}`)] }),
  phone_e164: (n) => ({ phone: [digest(`phone ${n}`)] }),
  phone_digits: (n) => ({ phone: [digest(`phone ${n}`)] }),
  mobile_id_plain: (n) => ({
    mobileId: [`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`],
  }),
  mobile_id_hashed: (n) => ({ mobileId: [digest(`device ${n}`)] }),
  x_handle: (n) => ({ xHandle: [digest(`handle ${n}`)] }),
  x_id: (n) => ({ xId: [digest(`id ${n}`)] }),
  external_id: (n) => ({ externalId: [`customer ${n}`] }),
  address_google: (n) => ({
    address: [
      {
        givenName: digest(`given ${n}`),
        familyName: digest('sato'),
        regionCode: 'JP',
        postalCode: '1',
      },
    ],
  }),
  profile_meta: undefined,
};

const KINDS = PLATFORMS.flatMap((platform) =>
  Object.entries(connectorOf(platform).identifiers).flatMap(([kind, rule]) => {
    const make = BY_RULE[rule];
    return make === undefined ? [] : [{ platform, kind, make }];
  }),
);

describe.each(KINDS)('a key of the kind $kind on $platform', ({ platform, kind, make }) => {
  const members = Array.from({ length: 50 }, (_, n): Member => ({
    email: [],
    phone: [],
    ...make(n),
    consent: GRANTED,
  }));
  const only = (rate: number, others: number): MatchRates => ({
    ...Object.fromEntries(KEY_KINDS.map((each) => [each, others])),
    [kind]: rate,
    other: others,
  });

  it('leads to a user at the rate of its kind and at no other', async () => {
    for (const [rates, users] of [
      [only(1, 0), 50],
      [only(0, 1), 0],
    ] as const) {
      const { emulator, audience, send } = await stageOf(platform, rates);
      await send('add', members);
      expect(emulator.matched(audience.remoteId)).toHaveLength(users);
    }
  });

  it('is still known for what it is when the platform starts again', async () => {
    const { emulator, audience, world, send } = await stageOf(platform, only(0.5, 0));
    await send('add', members);
    const matched = emulator.matched(audience.remoteId);
    expect(matched.length).toBeGreaterThan(0);
    const [again] = await loadEmulators(world, [platform]);
    expect(again?.matched(audience.remoteId)).toEqual(matched);
    expect(again?.members(audience.remoteId)).toEqual(emulator.members(audience.remoteId));
  });
});

/** Platforms that take ids as they are, which may look like anything. */
const OF_PLAIN_IDS = PLATFORMS.filter(
  (platform) => connectorOf(platform).identifiers.external_id !== undefined,
);

describe.each(OF_PLAIN_IDS)('an id on %s that looks like the digest of an e-mail', (platform) => {
  const ann: Member = { ...person(1), phone: [] };
  const bob: Member = { email: [], phone: [], externalId: ann.email, consent: GRANTED };

  it('is a key of its own, shown once, and takes nobody else along when it goes', async () => {
    const rates: MatchRates = { email: 0, external_id: 1, other: 0 };
    const { emulator, audience, send } = await stageOf(platform, rates);
    await send('add', [ann, bob]);
    expect(emulator.members(audience.remoteId)).toEqual(ann.email);
    expect(emulator.matched(audience.remoteId)).toHaveLength(1);
    await send('remove', [bob]);
    expect(emulator.members(audience.remoteId)).toEqual(ann.email);
    expect(emulator.matched(audience.remoteId)).toEqual([]);
    await send('add', [bob]);
    await send('remove', [bob, ann]);
    expect(emulator.members(audience.remoteId)).toEqual([]);
  });
});
