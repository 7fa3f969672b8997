/** Every figure the demo shows; what `--json` prints. */
import type { SegmentSize } from '../../services/list-segments.ts';
import type { RunDetails } from '../../services/show-run.ts';
import type { SyncLift } from '../../services/compute-lift.ts';
import type { SyncMatch } from '../../services/read-match.ts';

export interface ImportCounts {
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

export interface DemoSyncReport {
  readonly sync: string;
  readonly segment: string;
  readonly platform: string;
  readonly audience: string;
  readonly run: Omit<RunDetails, 'batches'>;
  /** Digests on the platform's list, as the sandbox counts them. */
  readonly keysOnPlatform: number;
  readonly match: Pick<SyncMatch, 'accepted' | 'pending' | 'rate' | 'observedAt'>;
  /** Known here alone: people on the list who have an account, and their share of the accepted. */
  readonly trueMatch: { readonly people: number; readonly rate: number };
  readonly lift: SyncLift;
  /** Known here alone: people of the treatment arm who bought only because of this sync's ads. */
  readonly trueLift: { readonly extraConverters: number; readonly lift: number };
}

export interface DemoReport {
  readonly source: string;
  readonly database: string;
  readonly asOf: Date;
  readonly customers: ImportCounts;
  readonly purchases: ImportCounts;
  /** People with an account on each platform. */
  readonly accounts: Readonly<Record<string, number>>;
  /** Objects of the configuration that were made or changed. */
  readonly configured: number;
  readonly segments: readonly SegmentSize[];
  readonly syncs: readonly DemoSyncReport[];
  /** Purchases that the ads brought about. */
  readonly adPurchases: ImportCounts;
  readonly seconds: number;
}
