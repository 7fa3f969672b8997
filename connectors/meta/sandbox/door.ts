/** The door of the Meta emulator: address, version, token, proof and budget of every request. */
import type { Hono } from 'hono';
import { createHmac } from 'node:crypto';
import { refusal } from './answers.ts';
import type { Budget } from './budget.ts';
import type { Score } from './score.ts';
import { ACCOUNT, TOKEN } from './desk.ts';
import type { Desk } from './desk.ts';
import { paramsOf } from './wire.ts';
import type { Params } from './wire.ts';

/** Versions that the Marketing API still answers; v24.0 ended on 2026-10-06. */
const VERSIONS = ['v25.0', 'v26.0'];
const ENDED = /^v(?:[1-9]|1\d|2[0-4])\.0$/;
const LATEST = 'v26.0';
/** The real limit of an address is not confirmed; Node and most proxies stop here. */
const MAX_URL = 16_000;

/** Lets in whom the platform would, and answers what it tells of token and permissions. */
export function addDoor(
  app: Hono,
  desk: Desk,
  { calls: budget, score }: { readonly calls: Budget; readonly score: Score },
): void {
  app.use('/:version/*', async (context, next) => {
    if (context.req.url.length > MAX_URL) {
      return context.html('<html><body>Request-URI Too Large</body></html>', 414);
    }
    const version = context.req.param('version');
    if (!VERSIONS.includes(version)) {
      if (desk.options.oldVersions === 'refused' || !ENDED.test(version)) {
        throw refusal.version(LATEST);
      }
      context.header('x-ad-api-version-warning', `The call was upgraded to ${LATEST}`);
    }
    requireToken(desk, await paramsOf(context));
    const open = budget.spend();
    for (const [name, value] of Object.entries(budget.headers())) context.header(name, value);
    if (!open) throw refusal.throttled();
    const isWrite = context.req.method !== 'GET';
    if (!score.spend(isWrite)) throw refusal.score(isWrite);
    return next();
  });

  app.get('/:version/me/permissions', (context) =>
    context.json({
      data: desk.options.permissions.map((permission) => ({ permission, status: 'granted' })),
    }),
  );

  app.get('/:version/debug_token', async (context) => {
    const { input_token: input } = await paramsOf(context);
    if (typeof input !== 'string') throw refusal.parameter('Missing parameter(s): input_token.');
    if (!desk.options.mayDebugToken) throw refusal.debugging();
    return context.json({ data: input === TOKEN ? tokenFields(desk) : { is_valid: false } });
  });
}

function requireToken(desk: Desk, params: Params): void {
  if (params['access_token'] !== TOKEN) throw refusal.token();
  const { tokenEndsAt, appSecret } = desk.options;
  if (tokenEndsAt !== null && tokenEndsAt <= desk.now()) throw refusal.tokenEnded();
  const proof = params['appsecret_proof'];
  const right =
    appSecret === undefined
      ? undefined
      : createHmac('sha256', appSecret).update(TOKEN).digest('hex');
  // A proof is checked wherever it is given; without a secret of the app there is no right one.
  if (proof !== right) throw refusal.proof(proof !== undefined);
}

function tokenFields({ options }: Desk): object {
  const seconds = (end: Date | null): number =>
    end === null ? 0 : Math.floor(end.getTime() / 1000);
  return {
    app_id: '1',
    type: 'USER',
    application: 'Sandbox app',
    is_valid: true,
    expires_at: seconds(options.tokenEndsAt),
    data_access_expires_at: seconds(options.dataAccessEndsAt),
    scopes: options.permissions,
    user_id: ACCOUNT.replace('act_', ''),
  };
}
