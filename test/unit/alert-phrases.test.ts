import { describe, expect, it } from 'vitest';
import { ALERT_KINDS } from '../../src/alert/cause.ts';
import type { AlertKind, Cause } from '../../src/alert/cause.ts';
import { momentIn } from '../../src/infra/moment.ts';
import { PHRASES } from '../../src/alert/phrases/index.ts';
import type { Language } from '../../src/alert/phrases/index.ts';

const AT = new Date('2026-11-21T18:10:00Z');
const LATER = new Date('2026-11-25T18:10:00Z');
const moment = momentIn('Asia/Tokyo');
const SYNC = 'lapsed-meta';
const DESTINATION = 'meta-main';
const PROBLEM = {
  kind: 'terms',
  code: '2650/1870034',
  message: 'Custom Audience terms have not been accepted.',
  nextStep: 'Accept them in Ads Manager.',
};
const HELD = {
  guardrail: 'would-shrink',
  mode: 'changes',
  message: 'The run would take 600 of 1200 members off.',
  members: 1200,
  leaving: 600,
  wanted: 700,
};

/** At least one of each kind, with and without what may be missing. */
const CAUSES: { readonly [Kind in AlertKind]: readonly Extract<Cause, { kind: Kind }>[] } = {
  'run-failed': [
    {
      kind: 'run-failed',
      sync: SYNC,
      destination: DESTINATION,
      run: '12',
      at: AT,
      problem: PROBLEM,
    },
    { kind: 'run-failed', sync: SYNC, destination: DESTINATION, run: '12', at: AT, problem: null },
    {
      kind: 'run-failed',
      sync: SYNC,
      destination: DESTINATION,
      run: '12',
      at: AT,
      problem: { kind: 'odd', code: null, message: 'Odd.', nextStep: null },
    },
  ],
  'run-held': [
    { kind: 'run-held', sync: SYNC, run: '12', at: AT, held: HELD },
    ...['below-minimum', 'unanswered', 'new-one'].map((guardrail) => ({
      kind: 'run-held' as const,
      sync: SYNC,
      run: '12',
      at: AT,
      held: {
        guardrail,
        mode: 'replace',
        message: 'It is odd.',
        members: null,
        leaving: null,
        wanted: null,
        nextStep: guardrail === 'new-one' ? 'Do something else.' : null,
      },
    })),
  ],
  'run-incomplete': [0, 1, 3].map((runs) => ({
    kind: 'run-incomplete',
    sync: SYNC,
    destination: DESTINATION,
    run: '12',
    runs,
    since: AT,
    problem: runs === 3 ? PROBLEM : null,
  })),
  'match-dropped': [
    {
      kind: 'match-dropped',
      sync: SYNC,
      before: { lower: 0.62, upper: 0.65 },
      beforeAt: AT,
      now: { lower: 0.301, upper: 0.302 },
      at: LATER,
    },
  ],
  'token-expiring': [
    { kind: 'token-expiring', destination: DESTINATION, ended: false, endsAt: LATER, daysLeft: 9 },
    { kind: 'token-expiring', destination: DESTINATION, ended: false, endsAt: LATER, daysLeft: 0 },
    { kind: 'token-expiring', destination: DESTINATION, ended: true, endsAt: AT, daysLeft: null },
    { kind: 'token-expiring', destination: DESTINATION, ended: true, endsAt: null, daysLeft: null },
  ],
  'schedule-missed': [0, 1, 2].map((missed) => ({
    kind: 'schedule-missed',
    sync: SYNC,
    slot: AT,
    missed,
  })),
  'erasure-pending': [
    { kind: 'erasure-pending', sync: SYNC, pending: 1, since: AT },
    { kind: 'erasure-pending', sync: null, pending: 3, since: AT },
  ],
  drift: [
    {
      kind: 'drift',
      sync: SYNC,
      at: AT,
      findings: [
        {
          kind: 'deleted',
          code: null,
          sentence: 'The list is gone.',
          nextStep: 'Make another of it.',
        },
        { kind: 'new-one', code: null, sentence: 'It is odd.', nextStep: null },
      ],
    },
    {
      kind: 'drift',
      sync: SYNC,
      at: AT,
      findings: [{ kind: 'renamed', code: null, sentence: 'It has another name.', nextStep: null }],
    },
  ],
};

const LANGUAGES: readonly Language[] = ['en', 'ja'];
const EACH = LANGUAGES.flatMap((language) => ALERT_KINDS.map((kind) => [language, kind] as const));

describe.each(EACH)('in %s, %s', (language, kind) => {
  const phrases = PHRASES[language];

  it('says what is the matter and what to do, whatever is known of it', () => {
    for (const cause of CAUSES[kind]) {
      const { sentence, nextStep } = phrases.describe(cause, moment);
      for (const text of [sentence, nextStep]) {
        expect(text).not.toMatch(/undefined|null|NaN|\[object|Infinity/u);
        expect(text).toBe(text.trim());
        expect(text.length).toBeGreaterThan(15);
        expect(text).not.toMatch(/ {2}|。。|\.\.(?!\.)/u);
        if (language === 'ja') expect(text).toMatch(/[ぁ-ん]/u);
        else expect(text).not.toMatch(/[ぁ-んァ-ヶ一-龠]/u);
      }
      expect(sentence).toMatch(/UTC\+09:00|token|トークン/u);
    }
  });

  it('says that it is over', () => {
    const recovery = { kind, name: SYNC, goodRun: { id: '13', at: AT }, replacedBy: null };
    const texts = [
      phrases.recovered({ ...recovery, paused: false }, moment),
      phrases.recovered({ ...recovery, paused: false, goodRun: null }, moment),
      phrases.recovered({ ...recovery, paused: true }, moment),
      phrases.recovered({ ...recovery, paused: false, replacedBy: 'run-held' }, moment),
    ];
    for (const text of texts) {
      expect(text).toContain(SYNC);
      expect(text).toMatch(language === 'ja' ? /。$/u : /\.$/u);
    }
    expect(phrases.title(kind, SYNC)).toContain(SYNC);
    expect(phrases.title(kind, null)).not.toContain('null');
  });
});

it('reads as people at an ad desk in Japan would write it', () => {
  const said = ALERT_KINDS.map((kind) => {
    const [cause] = CAUSES[kind];
    if (cause === undefined) throw new Error(`${kind} has no example.`);
    return PHRASES.ja.describe(cause, moment).sentence;
  });
  expect(said).toEqual([
    '同期「lapsed-meta」の実行 12 が失敗しました（2026-11-22 03:10 UTC+09:00）。対応が必要です。理由：「Custom Audience terms have not been accepted.」（コード 2650/1870034）',
    '同期「lapsed-meta」の実行 12 は、ガードレールにより保留されました（2026-11-22 03:10 UTC+09:00）。この実行の内容は送信していません。このまま実行すると、一度に削除される人数が上限を超えます（現在 1,200人、削除対象 600人、配信対象 700人）',
    '同期「lapsed-meta」は 2026-11-22 03:10 UTC+09:00 以降、正常に完了した実行がありません。',
    '同期「lapsed-meta」のマッチ率が 62〜65 %（2026-11-22 03:10 UTC+09:00）から 30 %（2026-11-26 03:10 UTC+09:00）に低下しました。',
    '配信先「meta-main」のアクセストークンは、あと9日で期限が切れます（期限：2026-11-25 UTC）。',
    '同期「lapsed-meta」は 2026-11-22 03:10 UTC+09:00 に実行される予定でしたが、まだ始まっていません。',
    '同期「lapsed-meta」のオーディエンスからの消去が 1件 完了していません（最も古い依頼：2026-11-22 03:10 UTC+09:00）。消去には法令上の期限があります。',
    '同期「lapsed-meta」の媒体上のリストが、記録と異なります（確認：2026-11-22 03:10 UTC+09:00）。媒体上のリストが削除されています。「The list is gone.」「It is odd.」',
  ]);
});

it('tells Japanese readers what to do before it quotes the platform', () => {
  const [failed] = CAUSES['run-failed'];
  if (failed === undefined) throw new Error('There is an example.');
  expect(PHRASES.ja.describe(failed, moment).nextStep).toBe(
    '媒体の管理画面で、カスタマーリストに関する利用規約に同意してください。（案内の原文：Accept them in Ads Manager.）その後、rekindle run lapsed-meta で再実行してください。',
  );
});

it.each(['en', 'ja'] as const)(
  'names the command that approves the run that is held, in %s',
  (language) => {
    const stepOf = (mode: string) =>
      PHRASES[language].describe(
        { kind: 'run-held', sync: SYNC, run: '12', at: AT, held: { ...HELD, mode } },
        moment,
      ).nextStep;
    expect(stepOf('changes')).toContain('rekindle run lapsed-meta --approve --held-run 12');
    expect(stepOf('replace')).toContain(
      'rekindle run lapsed-meta --replace --approve --held-run 12',
    );
    expect(stepOf('again')).toContain('rekindle resync lapsed-meta --yes --approve --held-run 12');
  },
);

describe('a list that drifted, in Japanese', () => {
  const stepOf = (kind: string, code: string | null = null) =>
    PHRASES.ja.describe(
      {
        kind: 'drift',
        sync: SYNC,
        at: AT,
        findings: [{ kind, code, sentence: 'It is so.', nextStep: 'Do so.' }],
      },
      moment,
    ).nextStep;

  it.each([
    ['renamed', null, '名前を元に戻'],
    ['unusable', 'CLOSED', 'リストを再開'],
    ['larger', null, '追加元を確認'],
    ['smaller', null, 'rekindle resync lapsed-meta'],
  ])('%s %s: %s', (kind, code, step) => {
    expect(stepOf(kind, code)).toContain(step);
  });
});

it('promises in Japanese no more than the platform does', () => {
  const problem = { kind: 'transient', code: null, message: 'No answer.', nextStep: 'Look.' };
  const cause = { destination: DESTINATION, run: '12', at: AT, problem } as const;
  const { nextStep } = PHRASES.ja.describe({ kind: 'run-failed', sync: SYNC, ...cause }, moment);
  expect(nextStep).not.toContain('自動的に');
});
