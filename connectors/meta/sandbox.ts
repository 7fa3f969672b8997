/**
 * A strict emulator of Meta's Marketing API for customer lists, for the routes the connector uses.
 * What Meta does not document is an option or a named constant, said to be so where it stands.
 */
import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Emulator, SandboxWorld } from '../sandbox/emulator.ts';
import { GraphRefusal, refusal } from './sandbox-answers.ts';
import { callBudget } from './sandbox-budget.ts';
import { audienceFields, fieldsAsked, pageOf } from './sandbox-read.ts';
import { apply, restore } from './sandbox-state.ts';
import type { MetaEvent, SandboxAudience } from './sandbox-state.ts';
import { externIdsOf, removed } from './sandbox-removal.ts';
import { readUpload } from './sandbox-upload.ts';

const PLATFORM = 'meta';
const ACCOUNT = 'act_1234567890';
const TOKEN = 'EAASandboxMetaToken';

/** Versions that the Marketing API still answers; v24.0 ended on 2026-10-06. */
const VERSIONS = ['v25.0', 'v26.0'];
const LATEST = 'v26.0';
const MAX_AUDIENCES = 500;
/** The real limit of an address is not confirmed; Node and most proxies stop here. */
const MAX_URL = 16_000;
/** Names that suggest health or money are flagged. Meta's own list is not public. */
const INTEGRITY = /\b(cancer|diabet\w*|pregnan\w*|depress\w*|debt|bankrupt\w*|credit|loan)\b/i;

export interface MetaSandboxOptions {
  /** Whether the Custom Audience terms are accepted on the account. */
  readonly termsAccepted?: boolean;
  /** What the token's user may do on the account. */
  readonly tasks?: readonly string[];
  readonly permissions?: readonly string[];
  /** Meta's own budget in its lowest tier is 5,000 an hour and 40 more per active audience. */
  readonly callsPerHour?: number;
  /** Time until a change shows in the size: "usually up to 24 hours". */
  readonly processingMs?: number;
  /** A removal that would leave fewer keys is refused; Meta's threshold is not documented. */
  readonly removalFloor?: number;
}

/** Makes the emulator over a world. Its state is what the world's journal holds. */
export function createMetaEmulator(
  world: SandboxWorld,
  options: MetaSandboxOptions = {},
): Emulator {
  const state = restore(world.journal.replay(PLATFORM));
  const budget = callBudget(world.clock, ACCOUNT, options.callsPerHour ?? 5000);
  const permissions = options.permissions ?? ['ads_management', 'ads_read'];
  const termsAccepted = options.termsAccepted ?? true;
  const app = new Hono();

  const record = (event: MetaEvent): void => {
    world.journal.append(PLATFORM, event);
    apply(state, event);
  };
  const at = (): string => world.clock.now().toISOString();
  const existing = (id: string): SandboxAudience => {
    const audience = state.audiences.get(id);
    if (audience === undefined) throw refusal.missing(id);
    return audience;
  };
  const mayWrite = (): void => {
    if (!permissions.includes('ads_management')) throw refusal.permission();
    if (!termsAccepted) throw refusal.terms();
  };
  const usersFound = (keys: Iterable<string>): string[] => {
    const users = new Set<string>();
    for (const key of keys) {
      const user = world.population.find(PLATFORM, key);
      if (user !== undefined) users.add(user);
    }
    return [...users].sort();
  };

  app.onError((error, context) => {
    if (!(error instanceof GraphRefusal)) throw error;
    return Response.json(error.body, {
      status: error.status,
      headers: Object.fromEntries(context.res.headers),
    });
  });

  app.use('/:version/*', async (context, next) => {
    if (context.req.url.length > MAX_URL) {
      return context.html('<html><body>Request-URI Too Large</body></html>', 414);
    }
    const version = context.req.param('version');
    if (!VERSIONS.includes(version)) throw refusal.version(LATEST);
    if ((await paramsOf(context))['access_token'] !== TOKEN) throw refusal.token();
    const open = budget.spend();
    for (const [name, value] of Object.entries(budget.headers())) context.header(name, value);
    if (!open) throw refusal.throttled();
    return next();
  });

  app.get('/:version/me/permissions', (context) =>
    context.json({ data: permissions.map((permission) => ({ permission, status: 'granted' })) }),
  );

  app.use('/:version/:account{act_[^/]+}/*', async (context, next) => {
    if (context.req.param('account') !== ACCOUNT)
      throw refusal.missing(context.req.param('account'));
    return next();
  });
  app.get('/:version/:account{act_[^/]+}', (context) => {
    if (context.req.param('account') !== ACCOUNT)
      throw refusal.missing(context.req.param('account'));
    return context.json({
      id: ACCOUNT,
      name: 'Sandbox ad account',
      user_tasks: options.tasks ?? ['MANAGE', 'ADVERTISE', 'ANALYZE'],
      // PHP, which answers on the platform, writes an empty map as an empty list.
      tos_accepted: termsAccepted ? { custom_audience_tos: 1 } : [],
    });
  });

  app.get('/:version/:account{act_[^/]+}/customaudiences', async (context) => {
    const newestFirst = [...state.audiences.values()].toReversed();
    const url = new URL(context.req.url);
    return context.json(pageOf(newestFirst, await paramsOf(context), url, fields));
  });

  app.post('/:version/:account{act_[^/]+}/customaudiences', async (context) => {
    mayWrite();
    const parsed = CreateSchema.safeParse(await paramsOf(context));
    if (!parsed.success) {
      const missing = parsed.error.issues.map((issue) => issue.path.join('.'));
      throw refusal.parameter(`Missing parameter(s): ${missing.join(', ')}.`);
    }
    if (state.audiences.size >= MAX_AUDIENCES) throw refusal.tooManyAudiences();
    const { name, description } = parsed.data;
    const id = String(23_850_000_000_000 + state.made + 1);
    const flagged = INTEGRITY.test(`${name} ${description}`);
    record({
      type: 'audience-created',
      at: at(),
      id,
      account: ACCOUNT,
      name,
      description,
      flagged,
    });
    return context.json({ id });
  });

  app.get('/:version/:audience{[0-9]+}', async (context) => {
    const audience = existing(context.req.param('audience'));
    return context.json(fields(audience, fieldsAsked(await paramsOf(context))));
  });

  app.delete('/:version/:audience{[0-9]+}', (context) => {
    mayWrite();
    const { id } = existing(context.req.param('audience'));
    record({ type: 'audience-deleted', at: at(), id });
    return context.json({ success: true });
  });

  app.on(['POST', 'DELETE'], '/:version/:audience{[0-9]+}/users', async (context) => {
    const params = await paramsOf(context);
    const removes = context.req.method === 'DELETE' || params['method'] === 'DELETE';
    mayWrite();
    const audience = existing(context.req.param('audience'));
    if (audience.flagged) throw refusal.flagged();
    const now = world.clock.now();
    const upload = readUpload(params, { state, audience, now, removes });
    const sent = upload.rows.flatMap(({ keys }) => keys);
    const gone = removed(upload.rows, { audience, state, now });
    const left = audience.members.size - gone.length;
    if (removes && gone.length > 0 && left < (options.removalFloor ?? 0)) {
      throw refusal.tooSmall();
    }
    record({
      type: 'users-changed',
      at: at(),
      audience: audience.id,
      operation: removes ? 'remove' : 'add',
      source: upload.source,
      session: upload.session.id,
      schema: upload.schema.join(','),
      last: upload.session.last,
      received: upload.received,
      digests: removes ? gone : sent.map(({ value }) => value),
      externIds: removes ? [] : externIdsOf(sent),
    });
    return context.json({
      audience_id: audience.id,
      session_id: upload.session.id,
      num_received: state.sessions.get(upload.session.id)?.received ?? 0,
      num_invalid_entries: upload.invalid,
      invalid_entry_samples: upload.invalid === 0 ? [] : upload.samples,
    });
  });

  app.all('/:version/*', (context) => {
    throw refusal.parameter(`Unsupported ${context.req.method.toLowerCase()} request`);
  });

  const fields = (audience: SandboxAudience, wanted: readonly string[]): object =>
    audienceFields(audience, wanted, {
      now: world.clock.now(),
      processingMs: options.processingMs ?? 60 * 60 * 1000,
      count: (keys) => usersFound(keys).length,
    });

  return {
    platform: PLATFORM,
    app,
    paths: { graph: '' },
    account: ACCOUNT,
    credentials: { accessToken: TOKEN },
    audiences: () =>
      [...state.audiences.values()].map(({ id, name, account }) => ({ id, name, account })),
    members: (id) => [...(state.audiences.get(id)?.members ?? [])].sort(),
    matched: (id) => usersFound(state.audiences.get(id)?.members ?? []),
  };
}

const CreateSchema = z.object({
  name: z.string().min(1),
  description: z.string().default(''),
  subtype: z.literal('CUSTOM'),
  customer_file_source: z.enum([
    'USER_PROVIDED_ONLY',
    'PARTNER_PROVIDED_ONLY',
    'BOTH_USER_AND_PARTNER_PROVIDED',
  ]),
});

/** Query and body together: the SDK sends JSON, curl a form, and both put the token in either. */
async function paramsOf(context: Context): Promise<Record<string, unknown>> {
  const type = context.req.header('content-type') ?? '';
  const text = type === '' ? '' : await context.req.text();
  let body: unknown = {};
  if (type.includes('json') && text !== '') {
    try {
      body = JSON.parse(text);
    } catch {
      throw refusal.parameter('The body is not JSON');
    }
  } else if (type.includes('form')) {
    body = Object.fromEntries(new URLSearchParams(text));
  }
  return { ...context.req.query(), ...z.record(z.string(), z.unknown()).catch({}).parse(body) };
}
