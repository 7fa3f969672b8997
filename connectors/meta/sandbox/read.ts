/** What the Meta emulator shows of its audiences: fields, rounded sizes, pages. */
import type { KindedKey } from '../../sandbox/population.ts';
import { refusal } from './answers.ts';
import { settledMembers } from './journal.ts';
import type { OperationStatus } from './replace.ts';
import type { SandboxAudience } from './state.ts';

/** Fewer matched people than this make an audience unusable; only third parties name the number. */
const SERVING_MINIMUM = 100;
/** Meta's own pages say "Below 1000" for small lists; what the API says then is not confirmed. */
const DISPLAY_FLOOR = 1000;
const DEFAULT_PAGE = 25;

/** How Meta rounds is not documented: two leading digits, as the ranges seen in public look. */
export function sizeBounds(people: number): readonly [lower: number, upper: number] {
  if (people < SERVING_MINIMUM) return [-1, -1];
  if (people < DISPLAY_FLOOR) return [DISPLAY_FLOOR, DISPLAY_FLOOR];
  const step = 10 ** (String(people).length - 2);
  const lower = Math.floor(people / step) * step;
  return [lower, lower + step];
}

/** The field names that a request asks for; ids come unasked. */
export function fieldsAsked(params: Readonly<Record<string, unknown>>): string[] {
  const { fields } = params;
  return ['id', ...(typeof fields === 'string' ? fields.split(',') : [])];
}

/** @throws GraphRefusal for a field that there is not, with the platform's words for it. */
export function pick(all: Readonly<Record<string, unknown>>, wanted: readonly string[]): object {
  const unknown = wanted.find((name) => !(name in all));
  if (unknown !== undefined) {
    throw refusal.parameter(`Tried accessing nonexisting field (${unknown})`);
  }
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => wanted.includes(name) && value !== undefined),
  );
}

/** The fields of an audience that were asked for. */
export function audienceFields(
  audience: SandboxAudience,
  wanted: readonly string[],
  seen: {
    readonly now: Date;
    readonly processingMs: number;
    readonly status: OperationStatus;
    readonly canEdit: boolean;
    readonly count: (keys: Iterable<KindedKey>) => number;
  },
): object {
  const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
  const isSized = wanted.some(
    (name) => name.startsWith('approximate_count') || name === 'delivery_status',
  );
  const people = isSized ? seen.count(settledMembers(audience, seen.now, seen.processingMs)) : 0;
  const [lower, upper] = sizeBounds(people);
  return pick(
    {
      id: audience.id,
      account_id: audience.account.replace('act_', ''),
      name: audience.name,
      description: audience.description,
      subtype: 'CUSTOM',
      customer_file_source: 'USER_PROVIDED_ONLY',
      is_value_based: false,
      data_source: {
        type: 'FILE_IMPORTED',
        ...(audience.source === undefined ? {} : { sub_type: audience.source }),
      },
      operation_status: seen.status,
      permission_for_actions: { can_edit: seen.canEdit, can_see_insight: true, can_share: false },
      fields_violating_integrity_policy: audience.flagged ? ['name'] : [],
      // For ever, unless whoever made the list said otherwise; that Meta then shows 0 is unconfirmed.
      retention_days: audience.retentionDays,
      time_created: seconds(audience.createdAt),
      time_content_updated:
        audience.contentUpdatedAt === undefined ? undefined : seconds(audience.contentUpdatedAt),
      approximate_count_lower_bound: lower,
      approximate_count_upper_bound: upper,
      delivery_status:
        people < SERVING_MINIMUM
          ? { code: 300, description: 'Too small to be used' }
          : { code: 200, description: 'Ready' },
    },
    wanted,
  );
}

/** One page of audiences with the fields asked for, and cursors as the platform gives them. */
export function pageOf(
  audiences: readonly SandboxAudience[],
  params: Readonly<Record<string, unknown>>,
  url: URL,
  fields: (audience: SandboxAudience, wanted: readonly string[]) => object,
): object {
  const limit = Number(params['limit'] ?? DEFAULT_PAGE);
  const from = typeof params['after'] === 'string' ? Number(atob(params['after'])) : 0;
  const shown = audiences.slice(from, from + limit);
  const data = shown.map((audience) => fields(audience, fieldsAsked(params)));
  if (shown.length === 0) return { data };
  const after = btoa(String(from + shown.length));
  const next = new URL(url);
  next.searchParams.set('after', after);
  const more = from + shown.length < audiences.length;
  return {
    data,
    paging: {
      cursors: { before: btoa(String(from)), after },
      ...(more ? { next: next.href } : {}),
    },
  };
}
