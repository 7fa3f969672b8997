/** How requests to the Meta emulator are read, whatever form they come in. */
import type { Context } from 'hono';
import { z } from 'zod';
import { refusal } from './answers.ts';

export type Params = Readonly<Record<string, unknown>>;

/** Query and body together: the SDK sends JSON, curl a form, and both put the token in either. */
export async function paramsOf(context: Context): Promise<Params> {
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
