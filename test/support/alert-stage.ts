/** A database with a sync or two, people who are told by a webhook and by e-mail, and a clock. */
import type { z } from 'zod';
import { createBudgets } from '../../src/delivery/index.ts';
import { fixedClock } from '../../src/infra/clock.ts';
import type { Db } from '../../src/infra/db.ts';
import { createLog } from '../../src/infra/log.ts';
import type { AlertSettings } from '../../src/alert/index.ts';
import type { AlertSurroundings } from '../../src/services/alert-channels.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { listAlerts } from '../../src/services/list-alerts.ts';
import type { AlertList } from '../../src/services/list-alerts.ts';
import { raiseAlerts } from '../../src/services/raise-alerts.ts';
import type { RaisedAlerts } from '../../src/services/raise-alerts.ts';
import { testDatabase } from './database.ts';
import { readMail, smtpServer } from './smtp-server.ts';
import type { SmtpServer } from './smtp-server.ts';
import { webhookServer } from './webhook-server.ts';
import type { WebhookServer } from './webhook-server.ts';

export const NOW = new Date('2026-11-22T00:00:00Z');
export const HOUR = 3_600_000;

export interface TestRun {
  readonly state: string;
  /** Hours before NOW at which it began. */
  readonly hoursAgo: number;
  readonly problem?: object;
  readonly trigger?: string;
}

export interface AlertStage {
  readonly db: Db;
  readonly context: ServiceContext;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly webhook: WebhookServer;
  readonly smtp: SmtpServer;
  readonly settings: AlertSurroundings;
  /** Moves the time. */
  advance(ms: number): void;
  addSync(name: string): Promise<void>;
  addRun(sync: string, run: TestRun): Promise<string>;
  setting(value: Partial<z.input<typeof AlertSettings>>): Promise<void>;
  raise(extra?: { readonly settings?: Partial<AlertSurroundings> }): Promise<RaisedAlerts>;
  list(): Promise<AlertList>;
  /** The texts that the webhook took, one a message; and the subjects of the e-mails. */
  texts(): string[];
  subjects(): string[];
}

/** @param told the channels that are set; a test of one has no use for both */
export async function alertStage(
  told: readonly ('webhook' | 'email')[] = ['webhook'],
): Promise<AlertStage> {
  const db = await testDatabase();
  const clock = fixedClock(NOW);
  const webhook = await webhookServer();
  const smtp = await smtpServer();
  const settings: AlertSurroundings = {
    language: 'en',
    consoleUrl: undefined,
    webhookUrl: told.includes('webhook') ? webhook.url : undefined,
    email: told.includes('email')
      ? { to: ['ads@shop.example'], from: 'rekindle@shop.example', smtpUrl: smtp.url }
      : undefined,
    deadlineMs: 2_000,
  };
  const context: ServiceContext = {
    db,
    actor: { kind: 'cli', name: 'tester' },
    timezone: 'Asia/Tokyo',
    random: () => 0,
    log: createLog('silent'),
    surroundings: {
      clock,
      secret: () => '',
      endpoints: {},
      signal: new AbortController().signal,
      budgets: createBudgets({ clock }),
    },
  };
  const at = { createdAt: NOW, updatedAt: NOW };
  const segment = await db.prisma.segment.create({
    data: { name: 'everyone', template: 'everyone', params: {}, ...at },
    select: { id: true },
  });
  const destination = await db.prisma.destination.create({
    data: { name: 'meta-main', platform: 'meta', account: 'act_1', credentials: {}, ...at },
    select: { id: true },
  });
  const stage: AlertStage = {
    db,
    context,
    clock,
    webhook,
    smtp,
    settings,
    advance: (ms) => clock.set(new Date(clock.now().getTime() + ms)),
    async addSync(name) {
      const sync = await db.prisma.sync.create({
        data: {
          name,
          segmentId: segment.id,
          destinationId: destination.id,
          audienceName: name,
          identifiers: ['email'],
          timezone: 'UTC',
          holdout: 0,
          salt: name,
          maxShrink: 0.3,
          ...at,
        },
        select: { id: true },
      });
      await db.prisma.audience.create({
        data: { syncId: sync.id, name, createdAt: NOW },
        select: { id: true },
      });
    },
    async addRun(sync, { state, hoursAgo, problem, trigger = 'schedule' }) {
      const startedAt = new Date(NOW.getTime() - hoursAgo * HOUR);
      const isOver = state !== 'planning' && state !== 'delivering';
      const run = await db.prisma.run.create({
        data: {
          sync: { connect: { name: sync } },
          state,
          trigger,
          asOf: startedAt,
          startedAt,
          finishedAt: isOver ? new Date(startedAt.getTime() + 60_000) : null,
          ...(problem === undefined ? {} : { problem }),
        },
        select: { id: true },
      });
      return String(run.id);
    },
    async setting(value) {
      await db.prisma.setting.upsert({
        where: { key: 'alerts' },
        create: { key: 'alerts', value, updatedAt: NOW },
        update: { value },
        select: { key: true },
      });
    },
    raise: ({ settings: other } = {}) =>
      raiseAlerts(context, { settings: { ...settings, ...other } }),
    list: () => listAlerts(context, { settings, closed: 10 }),
    texts: () => webhook.taken.map(({ text }) => text),
    subjects: () => smtp.mails.map((mail) => readMail(mail).headers.get('subject') ?? ''),
  };
  await stage.addSync('lapsed-meta');
  return stage;
}

/** What stops a run whose token is no longer good. */
export const TOKEN_PROBLEM = {
  kind: 'auth',
  code: '190/463',
  message: 'Error validating access token: Session has expired.',
  nextStep: 'Make a new token and set it.',
  healsItself: false,
};
