/** What a suppression is of: a customer by id, or a value by its digests. */
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';
import { readId, textOf } from './values.ts';
import { byWord, foldWord } from './words.ts';

export const SUPPRESSION_KINDS = ['customer', 'email', 'phone', 'domain'] as const;
export type SuppressionKind = (typeof SUPPRESSION_KINDS)[number];

/**
 * Gives the keys of a raw value under all rules, the first as `digest`, or a sentence that says why
 * there are none and does not repeat the value. It is `suppressionKeys` of identity, which is to the
 * right of this step and so is passed in.
 *
 * @param country ISO 3166 alpha-2 where a phone would be dialled as it is written; null for none
 */
export type SuppressionKeys = (
  kind: Exclude<SuppressionKind, 'customer'>,
  value: string,
  country: string | null,
) =>
  | { readonly ok: true; readonly digest: Buffer; readonly more: readonly Buffer[] }
  | { readonly ok: false; readonly sentence: string };

export type SuppressionSubject =
  | { readonly ok: true; readonly kind: 'customer'; readonly customerId: string }
  | {
      readonly ok: true;
      readonly kind: Exclude<SuppressionKind, 'customer'>;
      readonly digest: Buffer;
      readonly more: readonly Buffer[];
    };

const KIND_BY_WORD = byWord(
  {
    customer: ['customer', 'customerid', '顧客', '顧客id', '会員', '会員id'],
    email: ['email', 'emailaddress', 'mail', 'mailaddress', 'メール', 'メールアドレス', 'eメール'],
    phone: ['phone', 'phonenumber', 'tel', 'telephone', 'mobile', '電話', '電話番号', '携帯電話'],
    domain: ['domain', 'emaildomain', 'ドメイン'],
  },
  SUPPRESSION_KINDS,
);

export function readKind(text: string): SuppressionKind | undefined {
  return KIND_BY_WORD.get(foldWord(text));
}

/** The subject of a value as a person wrote it, or what is wrong with it; the value is in neither. */
export function readSubject(
  kind: SuppressionKind,
  value: unknown,
  country: string | null,
  keysOf: SuppressionKeys,
): SuppressionSubject | Fault {
  if (kind === 'customer') {
    const id = readId('value', value);
    if (!id.ok) return id;
    return id.id === '' ? fault('value-missing', 'value') : { ok: true, kind, customerId: id.id };
  }
  const text = textOf(value);
  if (text === '') return fault('value-missing', 'value');
  const keys = keysOf(kind, text, country);
  if (keys.ok) return { ok: true, kind, digest: keys.digest, more: keys.more };
  const unusable = fault('value-unusable', 'value');
  return { ...unusable, reason: `${unusable.reason} ${keys.sentence}` };
}
