/**
 * What Meta's error codes mean for an audience sync and what a person should do. "Error handling
 * should be done using only the Error Codes": messages change, so nothing here looks at them.
 * Source: Marketing API "Error Reference", "Rate Limiting" and the Custom Audience pages, Graph API
 * "Handle Errors".
 */
import type { FailureKind } from '../connector.ts';

export interface Meaning {
  readonly kind: FailureKind;
  /** `{account}` stands for the digits of the ad account. */
  readonly nextStep: string;
  /** Milliseconds to wait where no header says how long. */
  readonly waitMs?: number;
}

const means = (kind: FailureKind, nextStep: string): Meaning => ({ kind, nextStep });

export const wait = means(
  'transient',
  'Wait for the next try; if it goes on, look at https://metastatus.com/.',
);
export const slowDown = means(
  'throttled',
  'Wait until Meta lets the ad account through again; calling earlier lengthens the block.',
);
const slowApp = means(
  'throttled',
  'Wait: the app as a whole has used up its calls; if it goes on, let fewer tools share the app or ask Meta for full access.',
);
/**
 * The score of an ad account (a read 1, a write 3) is used up. Meta blocks it for 60 seconds at full
 * access and for 300 at limited access, and does not say which it is.
 */
const scoreUsedUp: Meaning = { ...slowDown, waitMs: 300_000 };
const slowUser = means(
  'throttled',
  'Wait: the token has used up its calls; if it goes on, give Rekindle a system user of its own.',
);
const newToken = means(
  'auth',
  'Make a new access token with ads_management for this ad account and put it in place.',
);
export const appSecret = means(
  'auth',
  'Give the destination the secret of the app that made the token, as appSecret (App settings, Basic).',
);
export const grant = means(
  'permission',
  'Give the token ads_management and its user the right to manage this ad account in Business settings.',
);
export const acceptTerms = means(
  'terms',
  'Accept the Custom Audience terms as a person (not a system user) at https://business.facebook.com/ads/manage/customaudiences/tos/?act={account} and run again.',
);
const acceptBusinessTerms = means(
  'terms',
  'Have the business that owns the ad account accept the Custom Audience terms at https://business.facebook.com/ads/manage/customaudiences/tos/?act={account} and run again.',
);
export const report = means(
  'invalid',
  'Meta did not take the request as it was sent; report the code to the maintainers.',
);
/** No request gets through, so that it has to stop a run and not only a batch. */
export const retired = means(
  'policy',
  'Update Rekindle: this release speaks an API version that Meta is switching off.',
);
/** Customer lists that were flagged cannot be edited, so renaming one is no way out. */
export const appeal = means(
  'policy',
  'Appeal in Audience Manager, or start over with a sync whose audience name says nothing of health or money.',
);
const seedBlocked = means(
  'policy',
  'Appeal the restriction of the audience in Audience Manager before making lookalikes of it.',
);
const acceptToolTerms = means(
  'terms',
  'Accept the Meta Business Tools terms in Business settings.',
);
/** For a replacement that Meta does not begin on a list whose last one failed. */
export const afterFailure = means(
  'invalid',
  'Run the sync without --replace: Meta begins no replacement of an audience whose last one failed. To replace it all the same, delete it in Audience Manager, and it is made anew.',
);
const anew = 'Wait until the audience is in normal state, then run `rekindle run SYNC --replace`.';

/** Meanings by `code/subcode`, and by `code` for every subcode without its own line. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  '1': wait,
  '1/99': means(
    'transient',
    'Wait for the next try; if it goes on, Meta finds the request too large: report it to the maintainers.',
  ),
  '2': wait,
  '4': slowApp,
  '10': grant,
  '17': slowUser,
  '17/2446079': scoreUsedUp,
  '17/1885172': means('policy', 'Raise the spending limit of the ad account in Ads Manager.'),
  '32': slowUser,
  '100': report,
  '100/33': means(
    'gone',
    'Check on Meta that the audience or ad account still exists and that the token may see it.',
  ),
  '100/1713098': report,
  '100/1713228': appeal,
  '100/1713229': appeal,
  '100/1713230': appeal,
  '100/1713231': appeal,
  '100/1713232': seedBlocked,
  '102': newToken,
  '105': report,
  '190': newToken,
  '190/458': means(
    'auth',
    'Let the app of the token be installed again for its user, then make a new access token.',
  ),
  '190/459': means(
    'auth',
    'Log in to facebook.com as the user of the token and clear the checkpoint, then make a new token.',
  ),
  '190/460': means(
    'auth',
    'Make a new access token: the password of its user changed. A system user has none to change.',
  ),
  '190/463': means(
    'auth',
    'Make a new access token: this one has ended. A system user can have one that does not end.',
  ),
  '190/467': means('auth', 'Make a new access token: Meta took this one back.'),
  '194': report,
  '200': grant,
  '200/1870034': acceptTerms,
  '200/1870047': means(
    'policy',
    'Let the audience shrink by a replacement (`rekindle run SYNC --replace`), or delete it in Audience Manager.',
  ),
  '200/1870050': means('permission', 'Link the ad account to a business in Business settings.'),
  '200/1870090': acceptTerms,
  '200/1870092': acceptToolTerms,
  '270': means('permission', 'Ask Meta for Marketing API access of the app beyond its developers.'),
  '294': grant,
  '341': slowApp,
  '368': means(
    'policy',
    'Meta blocked this action as abusive: read the notice in Business Support Home.',
  ),
  // Without a subcode it is "abuse prevention", and with one a plain limit on the calls a second.
  '613': means(
    'throttled',
    'Wait, and look for other tools that call Meta for this ad account: it holds calls back as abuse.',
  ),
  '613/1487742': scoreUsedUp,
  '613/5044001': slowDown,
  '1870034': acceptTerms,
  '1870090': acceptTerms,
  '1870092': acceptToolTerms,
  '2635': retired,
  '2650': means(
    'invalid',
    'Meta keeps an audience to the kind of data it was first filled with: delete it in Audience Manager or give the sync another audience name.',
  ),
  '2650/1870144': means(
    'invalid',
    'Meta replaces only audiences below 100 million people: run the sync without --replace.',
  ),
  '2650/1870145': means(
    'transient',
    'Wait until the replacement that is under way on this audience has ended.',
  ),
  '2650/1870147': means('invalid', `Meta knows of no beginning of this replacement. ${anew}`),
  '2650/1870148': means('invalid', `The audience was not fully updated. ${anew}`),
  '2650/1870158': means(
    'invalid',
    `The replacement took over 90 minutes, so that the audience holds a part of it alone. ${anew}`,
  ),
  '2650/1870159': means('invalid', `The replacement had ended before this part of it. ${anew}`),
  '2654': means(
    'invalid',
    'Check the audience name and that the ad account holds fewer than 500 customer lists.',
  ),
  '2654/1713092': grant,
  '2656': means('invalid', 'Delete the lookalikes of this audience first.'),
  '2663': acceptTerms,
  '2664': acceptBusinessTerms,
  '80000': slowDown,
  '80001': slowDown,
  '80002': slowDown,
  '80003': slowDown,
  '80004': slowDown,
  '80005': slowDown,
  '80006': slowDown,
  '80008': slowDown,
  '80009': slowDown,
  '80014': slowDown,
};

/** A next step with the digits of the ad account in place. */
export function nextStepFor({ nextStep }: Meaning, account: string): string {
  return nextStep.replaceAll('{account}', account.replace('act_', ''));
}
