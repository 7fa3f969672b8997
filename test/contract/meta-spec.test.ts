/** Every byte of the Meta connector, and of its emulator's answers, against Meta's own spec. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fullCourse } from '../support/meta-wire-record.ts';
import type { Exchange } from '../support/meta-wire-record.ts';

const FILE = new URL('../../../shared/platforms/meta-spec.json', import.meta.url);
const present = existsSync(FILE);

const Shape = z.record(z.string(), z.unknown());
const Texts = z.record(z.string(), z.string());
const Endpoint = z.object({
  method: z.string(),
  path: z.string(),
  returns: z.string(),
  params: z.record(z.string(), z.string()),
});
const Spec = z.object({
  custom_audience_endpoints: z.array(Endpoint),
  ad_account_endpoints: z.array(Endpoint),
  fields: z.record(z.string(), z.record(z.string(), z.string())),
  enums: z.record(z.string(), z.array(z.string())),
  payload_shape_from_reference_docs: Shape,
  session_shape_from_reference_docs: Shape,
  response_shape_from_reference_docs: Shape,
});

/** What any request of the Graph API may carry; the spec names the others alone. */
const EVERYWHERE = ['access_token', 'appsecret_proof', 'fields', 'limit', 'after', 'method'];
/** Requests about token and account, which the extract of the spec does not hold. */
const ELSEWHERE = /^\/(?:me\/permissions|debug_token|act_\d+)$/;

/** Columns of a payload. Source: users reference; for the last three, Custom Audiences guide. */
const COLUMNS = (
  'EXTERN_ID EMAIL PHONE GEN DOBY DOBM DOBD LN FN FI CT ST ZIP MADID COUNTRY ' +
  'DATA_PROCESSING_OPTIONS DATA_PROCESSING_OPTIONS_COUNTRY DATA_PROCESSING_OPTIONS_STATE'
).split(' ');

describe.skipIf(!present)(
  'the wire of Meta (skipped where ../shared/platforms/meta-spec.json is absent)',
  () => {
    const spec = present ? Spec.parse(JSON.parse(readFileSync(FILE, 'utf8'))) : undefined;
    let exchanges: Exchange[] = [];
    beforeAll(async () => {
      exchanges = await fullCourse();
    });
    const known = () => exchanges.filter(({ path }) => !ELSEWHERE.test(path));
    const endpointOf = ({ method, path }: Exchange) => {
      const template = path
        .replace(/^\/act_\d+/, '/act_{ad_account_id}')
        .replace(/^\/\d+/, '/{custom_audience_id}');
      const all = [
        ...(spec?.custom_audience_endpoints ?? []),
        ...(spec?.ad_account_endpoints ?? []),
      ];
      const found = all.find((entry) => entry.method === method && entry.path === template);
      if (found === undefined) throw new Error(`The spec has no ${method} ${template}.`);
      return found;
    };
    const paramsOf = ({ query, body }: Exchange): Record<string, unknown> => ({
      ...query,
      ...body,
    });
    const shapeOf = (type: string): Record<string, string> => spec?.fields[type] ?? {};

    it('holds every request of the connector', () => {
      const said = new Set(
        exchanges.map(({ method, path }) => `${method} ${path.replace(/\d{3,}/, 'N')}`),
      );
      expect([...said].sort()).toEqual([
        'DELETE /N/users',
        'GET /N',
        'GET /N/sessions',
        'GET /act_N',
        'GET /act_N/customaudiences',
        'GET /debug_token',
        'GET /me/permissions',
        'POST /N/users',
        'POST /N/usersreplace',
        'POST /act_N/customaudiences',
      ]);
      expect(exchanges.every(({ query }) => query['access_token'] !== undefined)).toBe(true);
      expect(exchanges.every((exchange) => 'appsecret_proof' in paramsOf(exchange))).toBe(true);
      expect(exchanges.some(({ query }) => query['after'] !== undefined)).toBe(true);
    });

    it('has no parameter that the spec lacks, each of its type, and none missing that it requires', () => {
      for (const exchange of known()) {
        const { params, path } = endpointOf(exchange);
        const given = paramsOf(exchange);
        const required = Object.keys(params).filter((name) => params[name]?.includes('(required)'));
        expect(Object.keys(given), path).toEqual(expect.arrayContaining(required));
        for (const [name, value] of Object.entries(given)) {
          if (EVERYWHERE.includes(name)) continue;
          expect(Object.keys(params), path).toContain(name);
          expect(isOfType(value, params[name] ?? '', name in exchange.query), name).toBe(true);
        }
      }
    });

    it('asks for no field that the spec lacks', () => {
      for (const exchange of known()) {
        const { fields } = exchange.query;
        if (fields === undefined) continue;
        expect(Object.keys(shapeOf(endpointOf(exchange).returns))).toEqual(
          expect.arrayContaining(fields.split(',')),
        );
      }
    });

    it('makes audiences of a kind and a source that Meta has', () => {
      const made = known().filter(
        ({ method, path }) => method === 'POST' && path.startsWith('/act_'),
      );
      expect(made).toHaveLength(23);
      for (const { body } of made) {
        expect(spec?.enums['subtype']).toContain(body['subtype']);
        expect(spec?.enums['customer_file_source']).toContain(body['customer_file_source']);
      }
    });

    it('has payloads and sessions of the documented shape', () => {
      const uploads = known().filter(({ path }) => /\/users(?:replace)?$/.test(path));
      expect(uploads).toHaveLength(4);
      const fieldsOf = (shape: Record<string, unknown> | undefined) => Object.keys(shape ?? {});
      for (const { body } of uploads) {
        const payload = Shape.parse(body['payload']);
        const session = Shape.parse(body['session']);
        expect(fieldsOf(spec?.payload_shape_from_reference_docs)).toEqual(
          expect.arrayContaining(Object.keys(payload)),
        );
        expect(fieldsOf(spec?.session_shape_from_reference_docs)).toEqual(
          expect.arrayContaining(Object.keys(session)),
        );
        const { schema, data } = Payload.parse(payload);
        expect(COLUMNS).toEqual(expect.arrayContaining(schema));
        expect(data.every((row) => row.length === schema.length)).toBe(true);
        expect(Session.safeParse(session).error).toBeUndefined();
      }
    });

    it('is answered by the emulator in the documented shapes', () => {
      const wrong = known().flatMap((exchange) => {
        const { path, answer } = exchange;
        const shape = /\/users(?:replace)?$/.test(path)
          ? Texts.parse(spec?.response_shape_from_reference_docs)
          : shapeOf(endpointOf(exchange).returns);
        const objects = Array.isArray(answer['data']) ? answer['data'] : [answer];
        return objects.flatMap((object) => wrongIn(Shape.parse(object), shape));
      });
      expect(wrong).toEqual([]);
    });

    /** Fields that are not known or not of their type; a type with fields of its own is looked into. */
    function wrongIn(object: Record<string, unknown>, shape: Record<string, string>): string[] {
      return Object.entries(object).flatMap(([name, value]) => {
        const type = shape[name];
        if (type === undefined) return [`${name} is unknown`];
        const inner = spec?.fields[type];
        if (inner !== undefined) return wrongIn(Shape.parse(value), inner);
        return isOfType(value, type, false) ? [] : [`${name} is no ${type}`];
      });
    }
  },
);

const Payload = z.object({
  schema: z.array(z.string()).min(1),
  data: z
    .array(z.array(z.union([z.string(), z.number(), z.array(z.string())])))
    .min(1)
    .max(10_000),
});
const Session = z.object({
  session_id: z.int().positive(),
  batch_seq: z.int().positive(),
  last_batch_flag: z.boolean(),
  estimated_num_total: z.int().positive().optional(),
});

/** Whether a value is of a type as the spec names it; in a query all values are text. */
function isOfType(value: unknown, type: string, isText: boolean): boolean {
  const plain = type.replace(' (required)', '');
  if (plain === 'numeric string') return typeof value === 'string' && /^\d+$/.test(value);
  if (/^(?:unsigned )?int(?:32)?$/.test(plain)) {
    const number = isText ? Number(value) : value;
    return Number.isInteger(number) && (!plain.startsWith('unsigned') || Number(number) >= 0);
  }
  if (plain === 'bool') return typeof value === 'boolean';
  if (plain === 'Object') return typeof value === 'object';
  if (plain === 'list<string>') return z.array(z.string()).safeParse(value).success;
  if (plain === 'map<string,string>') {
    return z.record(z.string(), z.string()).safeParse(value).success;
  }
  // Text, and enumerations, which are text.
  return typeof value === 'string';
}
