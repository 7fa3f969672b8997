/** The ad account of the Meta emulator and the audiences in it: show, list, make, delete. */
import type { Hono } from 'hono';
import { z } from 'zod';
import { refusal } from './answers.ts';
import { ACCOUNT } from './desk.ts';
import type { Desk } from './desk.ts';
import { fieldsAsked, pageOf, pick } from './read.ts';
import type { SandboxAudience } from './state.ts';
import { paramsOf } from './wire.ts';

const MAX_AUDIENCES = 500;
const MAX_RETENTION_DAYS = 180;

const CreateSchema = z.object({
  name: z.string().min(1),
  description: z.string().default(''),
  subtype: z.literal('CUSTOM'),
  customer_file_source: z.enum([
    'USER_PROVIDED_ONLY',
    'PARTNER_PROVIDED_ONLY',
    'BOTH_USER_AND_PARTNER_PROVIDED',
  ]),
  /** Days that people stay. Source: Ad Account `customaudiences` edge. */
  retention_days: z.coerce.number().pipe(z.int().min(1).max(MAX_RETENTION_DAYS)).optional(),
});

/** Answers for the ad account and for audiences as a whole. */
export function addAccount(app: Hono, desk: Desk): void {
  app.use('/:version/:account{act_[^/]+}/*', async (context, next) => {
    const account = context.req.param('account');
    if (account !== ACCOUNT) throw refusal.missing(account);
    return next();
  });

  app.get('/:version/:account{act_[^/]+}', async (context) => {
    const account = context.req.param('account');
    if (account !== ACCOUNT) throw refusal.missing(account);
    return context.json(pick(accountFields(desk), fieldsAsked(await paramsOf(context))));
  });

  app.get('/:version/:account{act_[^/]+}/customaudiences', async (context) => {
    const newestFirst = [...desk.state().audiences.values()].toReversed();
    const url = new URL(context.req.url);
    const fields = (audience: SandboxAudience, wanted: readonly string[]): object =>
      desk.fields(audience, wanted);
    return context.json(pageOf(newestFirst, await paramsOf(context), url, fields));
  });

  app.post('/:version/:account{act_[^/]+}/customaudiences', async (context) => {
    desk.mayWrite();
    const params = await paramsOf(context);
    if (params['subtype'] !== undefined && params['rule'] !== undefined) {
      throw refusal.ruleOnCustom();
    }
    const parsed = CreateSchema.safeParse(params);
    if (!parsed.success) {
      const wrong = parsed.error.issues.map((issue) => issue.path.join('.'));
      throw refusal.parameter(`Missing or invalid parameter(s): ${wrong.join(', ')}.`);
    }
    const { audiences, made } = desk.state();
    if (audiences.size >= MAX_AUDIENCES) throw refusal.tooManyAudiences();
    const { name, description, retention_days: retentionDays = 0 } = parsed.data;
    const id = String(23_850_000_000_000 + made + 1);
    desk.record({
      type: 'audience-created',
      at: desk.now().toISOString(),
      id,
      account: ACCOUNT,
      name,
      description,
      retentionDays,
      flagged: desk.options.integrity.test(`${name} ${description}`),
    });
    return context.json({ id });
  });

  app.get('/:version/:audience{[0-9]+}', async (context) => {
    const audience = desk.existing(context.req.param('audience'));
    return context.json(desk.fields(audience, fieldsAsked(await paramsOf(context))));
  });

  app.delete('/:version/:audience{[0-9]+}', (context) => {
    desk.mayWrite();
    const { id } = desk.existing(context.req.param('audience'));
    desk.record({ type: 'audience-deleted', at: desk.now().toISOString(), id });
    return context.json({ success: true });
  });
}

function accountFields({ options }: Desk): Record<string, unknown> {
  return {
    id: ACCOUNT,
    account_id: ACCOUNT.replace('act_', ''),
    name: 'Sandbox ad account',
    account_status: options.accountStatus,
    user_tasks: options.tasks,
    // PHP, which answers on the platform, writes an empty map as an empty list.
    tos_accepted: options.termsAccepted ? { custom_audience_tos: 1 } : [],
  };
}
