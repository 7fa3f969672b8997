/** Alerts in Japanese, in the words of DESIGN §2. What a platform says in English is quoted. */
import type { AlertKind, Cause, CauseProblem, HeldFigures } from '../cause.ts';
import { approvalCommand } from '../../infra/approval-command.ts';
import { quoted } from '../quote.ts';
import { percentRange, utcDay } from './phrasebook.ts';
import type { Description, HeldCause, Phrasebook, Recovery, SayMoment } from './phrasebook.ts';

export const japanese: Phrasebook = {
  describe,
  recovered,
  title: (kind, name) => (name === null ? TITLES[kind] : `${TITLES[kind]}：${name}`),
  reminder: (title) => `【未解決】${title}`,
  resolved: (title) => `【解決】${title}`,
  closed: (title) => `【終了】${title}`,
  several: (open, resolved, closed) =>
    [
      open === 0 ? '' : `アラート${open}件`,
      resolved === 0 ? '' : `解決${resolved}件`,
      closed === 0 ? '' : `終了${closed}件`,
    ]
      .filter((part) => part !== '')
      .join('、'),
  whatToDo: (nextStep) => `対応方法：${nextStep}`,
  look: 'Rekindle で開く',
  byCommand: (command) => `確認コマンド：${command}`,
  openSince: (moment) => `発生：${moment}`,
  openFor: (from, until) => `発生：${from}／解決：${until}`,
  more: (left, command) => `ほか${left}件。一覧は ${command} で確認できます。`,
  test: {
    title: 'テスト通知',
    sentence: (moment) =>
      `これはテスト通知です（送信：${moment}）。今後、Rekindle のアラートはここに届きます。対応は不要です。`,
  },
  footer:
    'Rekindle は、対応が必要になったときと解決したときに一度ずつお知らせします。未解決の一覧：rekindle alerts',
};

const TITLES: Readonly<Record<AlertKind, string>> = {
  'run-failed': '実行が失敗しました',
  'run-held': '実行が保留されています（承認待ち）',
  'run-incomplete': '実行が完了しない状態が続いています',
  'match-dropped': 'マッチ率が低下しました',
  'token-expiring': 'トークンの有効期限',
  'schedule-missed': '予定の実行が始まっていません',
  'erasure-pending': '消去が完了していません',
  drift: '媒体上のリストが記録と異なります',
};

function describe(cause: Cause, moment: SayMoment): Description {
  switch (cause.kind) {
    case 'run-failed':
      return {
        sentence: `同期「${cause.sync}」の実行 ${cause.run} が失敗しました（${moment(cause.at)}）。対応が必要です。${reason(cause.problem)}`,
        nextStep: `${advice(cause.problem, `原因を確認し、rekindle destination test ${cause.destination} で接続を点検してください。`)}その後、rekindle run ${cause.sync} で再実行してください。`,
      };
    case 'run-held':
      return {
        sentence: `同期「${cause.sync}」の実行 ${cause.run} は、ガードレールにより保留されました（${moment(cause.at)}）。この実行の内容は送信していません。${held(cause.held)}`,
        nextStep: heldStep(cause),
      };
    case 'run-incomplete':
      return {
        sentence: `同期「${cause.sync}」は ${moment(cause.since)} 以降、正常に完了した実行がありません${cause.runs === 0 ? '' : `（未完了 ${cause.runs}回）`}。${reason(cause.problem)}`,
        nextStep: advice(
          cause.problem,
          `rekindle runs show ${cause.run} で最新の実行を確認し、rekindle destination test ${cause.destination} で接続を点検してください。`,
        ),
      };
    case 'match-dropped':
      return {
        sentence: `同期「${cause.sync}」のマッチ率が ${percentRange(cause.before, '〜')}（${moment(cause.beforeAt)}）から ${percentRange(cause.now, '〜')}（${moment(cause.at)}）に低下しました。`,
        nextStep:
          '直近の取り込みでメールアドレスや電話番号の件数・形式が変わっていないか、rekindle identity report で確認してください。セグメントの対象者が変わったためであれば、対応は不要です。',
      };
    case 'token-expiring':
      return {
        sentence: tokenSentence(cause),
        nextStep: `媒体の管理画面で新しいトークンを発行し、設定済みの環境変数を差し替えてワーカーを再起動した後、rekindle destination test ${cause.destination} で確認してください。`,
      };
    case 'schedule-missed':
      return {
        sentence: `同期「${cause.sync}」は ${moment(cause.slot)} に実行される予定でしたが、まだ始まっていません。${cause.missed === 0 ? '' : `それ以前の予定も ${cause.missed}回 実行されていません。`}`,
        nextStep: `ワーカー（rekindle worker）が起動しているか、ほかの実行で混み合っていないかを確認してください。すぐに実行する場合は rekindle run ${cause.sync} を使います。`,
      };
    case 'erasure-pending':
      return {
        sentence: `${cause.sync === null ? '' : `同期「${cause.sync}」のオーディエンスからの`}消去が ${cause.pending}件 完了していません（最も古い依頼：${moment(cause.since)}）。消去には法令上の期限があります。`,
        nextStep: `rekindle erasures --pending で理由を確認し、rekindle erase --pending で再試行してください。${cause.sync === null ? '' : `媒体上のリストがすでに削除されている場合は rekindle erase ID --list-gone ${cause.sync} を使います。`}`,
      };
    case 'drift':
      return {
        sentence: `同期「${cause.sync}」の媒体上のリストが、記録と異なります（確認：${moment(cause.at)}）。${cause.findings.map(({ kind, sentence }) => finding(kind, sentence)).join('')}`,
        nextStep: driftStep(cause),
      };
  }
}

function reason(problem: CauseProblem | null): string {
  if (problem === null) return '';
  const code = problem.code === null ? '' : `、コード ${quoted(problem.code)}`;
  return `理由：「${quoted(problem.message)}」${code === '' ? '' : `（${code.slice(1)}）`}`;
}

/** What to do about the kinds of platform failures, before the platform's own advice. */
const ADVICE: Readonly<Record<string, string>> = {
  auth: 'アクセストークンなどの認証情報が使えません。新しいものを発行して差し替えてください。',
  permission:
    '広告アカウントまたはアプリの権限が不足しています。媒体の管理画面で権限を確認してください。',
  terms: '媒体の管理画面で、カスタマーリストに関する利用規約に同意してください。',
  invalid: '媒体がリクエストを拒否しました。理由とコードを確認してください。',
  policy: '媒体のポリシーにより拒否されました。オーディエンス名や内容を確認してください。',
  gone: '媒体上にリストが見つかりません。削除された場合は --new-list を付けて実行してください。',
  throttled: '媒体のリクエスト上限に達しています。しばらく待つと自動的に再開します。',
  transient:
    '媒体が一時的に応答していません。時間をおいても続く場合は、媒体の障害情報と接続を確認してください。',
  waiting: '媒体が以前の送信を処理しています。処理が終わると次の実行で送信されます。',
};

function advice(problem: CauseProblem | null, otherwise: string): string {
  if (problem === null) return otherwise;
  const known = problem.kind === null ? undefined : ADVICE[problem.kind];
  const theirs = problem.nextStep === null ? '' : `（案内の原文：${quoted(problem.nextStep)}）`;
  return `${known ?? otherwise}${theirs}`;
}

function heldStep(cause: HeldCause): string {
  const {
    sync,
    run,
    held: { guardrail, mode },
  } = cause;
  const approve = approvalCommand({ sync, run, mode });
  if (guardrail === 'unanswered') {
    return `媒体の処理が終わるのを待ち（rekindle settle ${sync} で確認できます）、その後に再実行してください。`;
  }
  if (guardrail === 'below-minimum') {
    return `対象者の多いセグメントを選んでください。この人数のまま始める場合は ${approve} で承認するか、同期の設定に allowSmall: true を加えてください。`;
  }
  return `件数を確認してください。問題がなければ ${approve} で承認して実行します。想定と異なる場合は、取り込みデータまたはセグメントを修正してから再実行してください。`;
}

function held({ guardrail, message, members, leaving, wanted }: HeldFigures): string {
  const figures = [
    members === null ? '' : `現在 ${people(members)}`,
    leaving === null ? '' : `削除対象 ${people(leaving)}`,
    wanted === null ? '' : `配信対象 ${people(wanted)}`,
  ]
    .filter((figure) => figure !== '')
    .join('、');
  const why = GUARDRAILS[guardrail] ?? `理由：「${quoted(message)}」`;
  return figures === '' ? why : `${why}（${figures}）`;
}

const GUARDRAILS: Readonly<Record<string, string>> = {
  'would-empty': 'このまま実行するとオーディエンスが空になります',
  'would-shrink': 'このまま実行すると、一度に削除される人数が上限を超えます',
  'would-grow': 'このまま実行すると、オーディエンスが上限を超えて大きくなります',
  'below-minimum': '配信対象が、媒体が広告を配信する最小人数に届きません',
  unanswered: '媒体が以前のリクエストをまだ処理しているため、リストを書き換えられません',
};

const integer = new Intl.NumberFormat('ja');

function people(count: number): string {
  return `${integer.format(count)}人`;
}

const FINDINGS: Readonly<Record<string, string>> = {
  deleted: '媒体上のリストが削除されています。',
  renamed: '媒体上のリストの名前が変更されています。',
  unusable: '媒体がリストを使用できない状態だとしています。',
  smaller: '媒体上のリストの人数が記録より少なくなっています。',
  larger: '媒体上のリストの人数が記録より多くなっています。',
  warned: '媒体がリストについて警告を出しています。',
  'shorter-lived': '媒体上の保持期間が想定より短くなっています。',
};

/** What to do about a finding, where it is not to send everybody again. */
const DRIFT_STEPS: Readonly<Record<string, (sync: string) => string>> = {
  renamed: () =>
    '媒体の管理画面で、リストの名前を元に戻してください。名前が違っていても、配信は続きます。',
  closed: (sync) =>
    `媒体の管理画面でリストを再開してください。再開できない場合は、媒体上で削除してから rekindle resync ${sync} で作り直します。`,
  larger: (sync) =>
    `媒体上のリストに Rekindle 以外から人が追加されていないか、追加元を確認してください。その後、rekindle resync ${sync} で作り直します。`,
};

function driftStep({ sync, findings }: Extract<Cause, { kind: 'drift' }>): string {
  const [first] = findings.map(({ kind, code }) =>
    code?.startsWith('CLOSED') === true ? 'closed' : kind,
  );
  const step = first === undefined ? undefined : DRIFT_STEPS[first];
  return (
    step?.(sync) ??
    `rekindle verify ${sync} で再確認してください。リストを作り直す場合は rekindle resync ${sync} を使います。`
  );
}

function finding(kind: string, sentence: string): string {
  const known = FINDINGS[kind] ?? '';
  return `${known}「${quoted(sentence)}」`;
}

function tokenSentence({
  destination,
  ended,
  endsAt,
  daysLeft,
}: Extract<Cause, { kind: 'token-expiring' }>): string {
  const at = endsAt === null ? '' : `（期限：${utcDay(endsAt)} UTC）`;
  if (ended) {
    return `配信先「${destination}」のアクセストークンは期限切れです${at}。このトークンでは送信できません。`;
  }
  const left = daysLeft === 0 ? '1日前後' : `あと${daysLeft}日`;
  return `配信先「${destination}」のアクセストークンは、${left}で期限が切れます${at}。`;
}

function recovered(
  { kind, name, paused, goodRun, replacedBy }: Recovery,
  moment: SayMoment,
): string {
  if (paused) {
    return `同期「${name ?? ''}」は一時停止中です。再開するまでアラートを閉じます。`;
  }
  if (replacedBy !== null) {
    return `同期「${name ?? ''}」はまだ復旧していません。このアラートは終了し、別のアラート「${TITLES[replacedBy]}」に引き継がれました。`;
  }
  switch (kind) {
    case 'run-failed':
    case 'run-incomplete':
      return goodRun === null
        ? `同期「${name ?? ''}」に、通知した問題はなくなりました。`
        : `同期「${name ?? ''}」は正常に完了しました（実行 ${goodRun.id}、${moment(goodRun.at)}）。`;
    case 'run-held':
      return `同期「${name ?? ''}」の保留は解除されました。`;
    case 'match-dropped':
      return `同期「${name ?? ''}」のマッチ率は、低下前の水準を大きく下回る状態ではなくなりました。`;
    case 'token-expiring':
      return `配信先「${name ?? ''}」のアクセストークンに、間近の期限はなくなりました。`;
    case 'schedule-missed':
      return `同期「${name ?? ''}」に、始まっていない予定の実行はなくなりました。`;
    case 'erasure-pending':
      return name === null
        ? '長く待っている消去はなくなりました。'
        : `同期「${name}」のオーディエンスを長く待っている消去はなくなりました。`;
    case 'drift':
      return `同期「${name ?? ''}」の媒体上のリストは、記録と一致しています。`;
  }
}
