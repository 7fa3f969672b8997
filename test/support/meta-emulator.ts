/** The Meta emulator asked directly, as any other client would. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createEmulator as createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import type { MetaSandboxOptions } from '../../connectors/meta/sandbox.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';

export const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const ErrorBody = z.object({
  error: z.object({ code: z.int(), error_subcode: z.int().optional() }),
});
export const Created = z.object({ id: z.string() });

/** An emulator on its own, without a server: what curl would get. */
export function sandbox(options: MetaSandboxOptions = {}) {
  const world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  const emulator = createMetaEmulator(world, options);
  const token = emulator.credentials['accessToken'];
  const request = (path: string, init?: RequestInit, version = 'v26.0') => {
    const query = path.includes('?') ? '&' : '?';
    return emulator.app.request(`/${version}/${path}${query}access_token=${token}`, init);
  };
  const post = (path: string, body: unknown, version?: string) =>
    request(
      path,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      version,
    );
  const create = async (name = 'A') => {
    const answer = await post('act_1234567890/customaudiences', {
      name,
      subtype: 'CUSTOM',
      customer_file_source: 'USER_PROVIDED_ONLY',
    });
    return Created.parse(await answer.json()).id;
  };
  return { world, emulator, request, post, create };
}

/** The code of a refusal, with its subcode. */
export async function refused(answer: Response | Promise<Response>): Promise<string> {
  const { error } = ErrorBody.parse(await (await answer).json());
  return error.error_subcode === undefined
    ? String(error.code)
    : `${error.code}/${error.error_subcode}`;
}

/** A payload of e-mails and phones. */
export const upload = (data: readonly (readonly string[])[], session?: object) => ({
  payload: { schema: ['EMAIL', 'PHONE'], data },
  ...(session === undefined ? {} : { session }),
});
