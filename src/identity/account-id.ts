/**
 * Ids: of devices, of X accounts, and a customer's own.
 *
 * Meta: MADID lowercase with its hyphens, not hashed; EXTERN_ID any stable id, not hashed
 * (Marketing API, "Custom Audiences"). Google: mobile ids and user ids as they are (Data Manager
 * API, "Format user data"). X: handles lowercase without the @, ids as text, device ids in their
 * original lowercase form, all hashed (Ads API, "Audience user data").
 */
import { passDigests, refuseDigests } from './already-hashed.ts';
import { refuse } from './outcome.ts';
import type { Step } from './step.ts';
import { CLEANED, filled, lowered, meant, trimmed, unjoined, visible } from './text.ts';

/** IDFA and AAID are zeros where their owner has opted out: one id for a crowd. */
const switchedOn: Step = {
  does: 'leave out ids of zeros',
  apply: (id) => (/^[0-]+$/u.test(id) ? refuse('zero-id') : id),
};

const uuid: Step = {
  does: 'ask for eight, four, four, four and twelve hexadecimal digits',
  apply: (id) =>
    /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u.test(id) ? id : refuse('not-a-device-id'),
};

const braces: Step = {
  does: 'drop braces',
  apply: (text) => text.replace(/^\{(.*)\}$/su, '$1'),
};

const DEVICE: readonly Step[] = [...CLEANED, unjoined, meant, braces, lowered];

/** Sent as it is, and so only in the form that both systems give out. */
export const DEVICE_ID_STEPS: readonly Step[] = [...DEVICE, refuseDigests, switchedOn, uuid];

/** X takes Android's older ids too, which have no hyphens and no one length. */
export const X_DEVICE_ID_STEPS: readonly Step[] = [
  ...DEVICE,
  passDigests,
  switchedOn,
  {
    does: 'ask for letters, digits and hyphens',
    apply: (id) => (/^[\da-z-]+$/u.test(id) ? id : refuse('not-a-device-id')),
  },
];

export const X_HANDLE_STEPS: readonly Step[] = [
  ...CLEANED,
  unjoined,
  meant,
  passDigests,
  lowered,
  {
    does: 'take the handle out of its address and drop the @',
    apply: (text) =>
      text
        .replace(/^(?:https?:\/\/)?(?:www\.|mobile\.)?(?:x|twitter)\.com\/([^/?#]+).*$/su, '$1')
        .replace(/^@+/u, ''),
  },
  {
    does: 'ask for a handle',
    apply: (text) => (/^[\da-z_]{1,15}$/u.test(text) ? text : refuse('not-a-handle')),
  },
];

/** X's ids are numbers. Others are let through, since X does not look and they match nobody. */
export const X_ID_STEPS: readonly Step[] = [
  ...CLEANED,
  unjoined,
  meant,
  passDigests,
  {
    does: 'ask for an id',
    apply: (text) => {
      if (/^\d\.\d+e\+\d+$/iu.test(text)) return refuse('rounded-by-spreadsheet');
      return /^[\da-z_]{1,64}$/iu.test(text) && !/^0+$/u.test(text) ? text : refuse('not-an-id');
    },
  },
];

/** As JSON, its quotes included: what the requests of every platform are reckoned with. */
const EXTERNAL_ID_BYTES = 130;

/**
 * Whatever the customer's own system says, sent as it is; an e-mail address would be readable to
 * the platform, so that one is never an id.
 */
export const EXTERNAL_ID_STEPS: readonly Step[] = [
  visible,
  trimmed,
  filled,
  {
    does: 'leave out e-mail addresses',
    apply: (id) => (/[@\uff20]|%40/u.test(id) ? refuse('address-as-id') : id),
  },
  {
    does: 'leave out phone numbers',
    apply: (id) =>
      /^(?:\+[\d\s().-]{8,}|0\d{1,4}-\d{1,4}-\d{3,4})$/u.test(id) ? refuse('phone-as-id') : id,
  },
  {
    does: `ask for at most ${EXTERNAL_ID_BYTES} bytes`,
    apply: (id) =>
      Buffer.byteLength(JSON.stringify(id)) > EXTERNAL_ID_BYTES ? refuse('overlong') : id,
  },
];
