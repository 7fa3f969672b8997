/** Purposes and answers as consent tools, CRMs and people write them. */
import { byWord, foldWord } from './words.ts';

/** What a customer may be asked: Google's two consent signals, and marketing as a whole. */
export const PURPOSES = ['ad_user_data', 'ad_personalization', 'marketing'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** From the most lenient to the strictest. */
export const STATUSES = ['granted', 'unknown', 'denied'] as const;
export type Status = (typeof STATUSES)[number];

/** As `foldWord` gives them. */
const PURPOSE_WORDS: Readonly<Record<Purpose, readonly string[]>> = {
  ad_user_data: ['aduserdata', '広告ユーザーデータ', '広告のユーザーデータ'],
  ad_personalization: [
    'adpersonalization',
    'adpersonalisation',
    '広告パーソナライズ',
    '広告のパーソナライズ',
    'パーソナライズ広告',
    'パーソナライズド広告',
  ],
  marketing: ['marketing', 'マーケティング', '販促', '販売促進'],
};

/** A yes or no to ads says nothing about which of the two it is meant for. */
const ADS_IN_GENERAL = new Set(['ad', 'ads', 'advertising', 'advertisement', '広告', '広告配信']);

/**
 * Words that mean one thing wherever they stand. Left out on purpose: 未同意 and "none", which some
 * write for a no and some for a question that was never asked.
 */
const STATUS_WORDS: Readonly<Record<Status, readonly string[]>> = {
  granted: words(`
    granted grant consentgranted yes y true t 1 1.0 on ok optin optedin allow allowed accept accepted
    agree agreed consented subscribed 同意 同意する 同意します 同意済 同意済み 同意あり 許諾 許諾する
    許諾済 許諾済み 許可 許可する 許可済 許可済み 承諾 承諾済 承諾済み 承認 はい あり 有 可 オプトイン
    希望 希望する 希望します 〇 ○ ◯ ◎ ✓ ✔`),
  denied: words(`
    denied deny consentdenied no n false f 0 0.0 off optout optedout refuse refused reject rejected
    decline declined disallow disallowed withdraw withdrawn revoke revoked unsubscribe unsubscribed
    拒否 拒否する 拒否します 拒否済 拒否済み 不同意 同意しない 同意しません 同意なし 許諾しない
    許諾なし 不許可 許可しない 許可なし 承諾しない 撤回 撤回する 撤回済 撤回済み 同意撤回 取消 取消し
    取り消し 配信停止 停止 いいえ なし 無 不可 否 オプトアウト
    希望しない 希望しません × ✕ ✗ ✘`),
  unknown: words(`
    unknown unspecified consentstatusunspecified pending notasked n/a 不明 未回答 未確認 未設定`),
};

const PURPOSE_BY_WORD = byWord(PURPOSE_WORDS, PURPOSES);
const STATUS_BY_WORD = byWord(STATUS_WORDS, STATUSES);

export function readPurpose(text: string): Purpose | 'ambiguous' | undefined {
  const word = foldWord(text);
  return ADS_IN_GENERAL.has(word) ? 'ambiguous' : PURPOSE_BY_WORD.get(word);
}

/** Undefined where the text is no known word: whoever asks may not guess, since it may be a no. */
export function readStatus(text: string): Status | undefined {
  return STATUS_BY_WORD.get(foldWord(text));
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/u);
}
