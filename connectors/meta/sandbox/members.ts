/** The edges of the Meta emulator that change who is on an audience, and the one that tells of it. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { storedKeys } from '../../sandbox/population.ts';
import { refusal } from './answers.ts';
import type { Desk } from './desk.ts';
import { externIdsOf, removed } from './removal.ts';
import { requirePartInOrder } from './replace.ts';
import { knownSession, placeOf, sessionFields } from './session.ts';
import type { Place } from './session.ts';
import type { SandboxAudience } from './state.ts';
import { readUpload } from './upload.ts';
import type { Upload } from './upload.ts';
import { fieldsAsked, pick } from './read.ts';
import { paramsOf } from './wire.ts';

/** Answers for people: added, removed, replaced, and how an upload went. */
export function addMembers(app: Hono, desk: Desk): void {
  app.on(['POST', 'DELETE'], '/:version/:audience{[0-9]+}/users', async (context) => {
    const params = await paramsOf(context);
    const removes = context.req.method === 'DELETE' || params['method'] === 'DELETE';
    const audience = writable(desk, context.req.param('audience'));
    const { code } = desk.status(audience);
    if (code === 414) throw refusal.replace.inProgress();
    if (code === 415 && !desk.options.changesAfterFailure) throw refusal.state(code);
    return context.json(change(desk, audience, params, removes));
  });

  app.post('/:version/:audience{[0-9]+}/usersreplace', async (context) => {
    const audience = writable(desk, context.req.param('audience'));
    return context.json(replace(desk, audience, await paramsOf(context)));
  });

  app.get('/:version/:audience{[0-9]+}/sessions', async (context) => sessions(desk, context));
}

function writable(desk: Desk, id: string): SandboxAudience {
  desk.mayWrite();
  const audience = desk.existing(id);
  if (audience.flagged) throw refusal.flagged();
  return audience;
}

function change(desk: Desk, audience: SandboxAudience, params: unknown, removes: boolean): object {
  const now = desk.now();
  const state = desk.state();
  const states = desk.options.limitedUseStates;
  const upload = readUpload(params, { state, audience, removes, states });
  const schema = upload.schema.join(',');
  const place = placeOf(upload.session, { state, audience, schema, kind: 'users', now });
  const rows = place.discarded ? [] : upload.rows;
  const sent = rows.flatMap(({ keys }) => keys);
  const gone = removed(rows, { audience, state, now });
  const left = audience.members.size - gone.length;
  if (removes && gone.length > 0 && left < desk.options.removalFloor) throw refusal.tooSmall();
  const invalid = place.discarded ? 0 : upload.invalid;
  desk.record({
    type: 'users-changed',
    at: now.toISOString(),
    audience: audience.id,
    operation: removes ? 'remove' : 'add',
    source: upload.source,
    session: place.id,
    schema,
    seq: place.seq,
    last: place.last,
    received: rows.length + invalid,
    invalid,
    digests: storedKeys(removes ? gone : sent),
    externIds: removes ? [] : externIdsOf(sent),
  });
  return answer(desk, audience, place, { ...upload, invalid });
}

function replace(desk: Desk, audience: SandboxAudience, params: unknown): object {
  const state = desk.state();
  const states = desk.options.limitedUseStates;
  const upload = readUpload(params, { state, audience, removes: false, states });
  if (upload.session === undefined) throw refusal.parameter('Missing parameter(s): session.');
  const { session_id: id, batch_seq: seq, last_batch_flag: last } = upload.session;
  const schema = upload.schema.join(',');
  requirePartInOrder({
    audience,
    session: knownSession(id, { state, audience, schema, kind: 'replace' }),
    seq,
    status: desk.status(audience),
    mostMembers: desk.options.mostReplaced,
    afterFailure: desk.options.replaceAfterFailure,
  });
  const sent = upload.rows.flatMap(({ keys }) => keys);
  desk.record({
    type: 'users-replaced',
    at: desk.now().toISOString(),
    audience: audience.id,
    source: upload.source,
    session: id,
    schema,
    seq,
    last,
    received: upload.rows.length + upload.invalid,
    invalid: upload.invalid,
    digests: storedKeys(sent),
    externIds: externIdsOf(sent),
  });
  return answer(desk, audience, { id, seq, last }, upload);
}

/** `num_received` counts over the whole session; that the invalid ones do not is not documented. */
function answer(desk: Desk, audience: SandboxAudience, place: Place, upload: Upload): object {
  return {
    audience_id: audience.id,
    session_id: place.id,
    num_received: desk.state().sessions.get(place.id)?.received ?? 0,
    num_invalid_entries: upload.invalid,
    invalid_entry_samples: upload.invalid === 0 ? {} : upload.samples,
  };
}

/** That an unknown id gives an empty list, as it does on other edges, is not documented. */
async function sessions(desk: Desk, context: Context): Promise<Response> {
  const audience = desk.existing(context.req.param('audience') ?? '');
  const params = await paramsOf(context);
  const id = z.coerce.string().optional().parse(params['session_id']);
  const wanted = params['fields'] === undefined ? undefined : fieldsAsked(params).slice(1);
  const data = [...desk.state().sessions.values()]
    .filter((session) => session.audience === audience.id)
    .filter((session) => id === undefined || session.id === id)
    .map(sessionFields)
    .map((fields) => (wanted === undefined ? fields : pick(fields, wanted)));
  return context.json({ data });
}
