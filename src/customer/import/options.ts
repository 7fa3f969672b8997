/** What an import is told, and what it answers. */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { isTimeZone } from '../../config.ts';
import { RekindleError } from '../../errors.ts';
import { readCountry } from './country.ts';
import type { Reject, RejectCode } from './rejects.ts';

export interface ImportOptions {
  readonly format: 'csv' | 'ndjson';
  /** `shift_jis` is read as Windows does (code page 932, with the NEC and IBM characters). */
  readonly encoding: 'utf-8' | 'shift_jis';
  /** Our column names → theirs. Theirs are matched exactly, after trimming. */
  readonly columns: Readonly<Record<string, string>>;
  /** IANA zone of times that carry no offset. */
  readonly timezone: string;
  /**
   * ISO 3166 alpha-2, for customers, and phones to suppress, without a country; ZZ says that it is
   * not known.
   */
  readonly country?: string;
  /** ISO 4217, for purchases without a currency. */
  readonly currency?: string;
  readonly now: Date;
  /** Called for each rejected line and awaited: the import goes as fast as it can write. */
  readonly onReject?: (reject: Reject) => void | Promise<void>;
  /** Called at the end, in the import's transaction: what it writes is kept with the import. */
  readonly record?: (client: PoolClient, report: ImportReport) => Promise<void>;
  readonly onProgress?: (progress: { readonly read: number; readonly rejected: number }) => void;
  readonly signal?: AbortSignal;
}

/** read = inserted + updated + unchanged + superseded + rejected, always. */
export interface ImportReport {
  /** Lines with something on them; the header and blank lines do not count. */
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Lines that a later line of the same file, with the same key, replaced. */
  readonly superseded: number;
  readonly rejected: number;
  readonly rejectedByCode: Partial<Record<RejectCode, number>>;
  /**
   * Purchases and consents only: customers that were not known yet, entered with nothing but their
   * id.
   */
  readonly customersCreated?: number;
  /**
   * Customers only: lines with a country that could not be read (it is kept as ZZ); lines that were
   * rejected or superseded do not count.
   */
  readonly countryUnread?: number;
  /** Columns that are none of ours, in the order in which they came: kept, and used for nothing. */
  readonly attributes: readonly string[];
  /** Suppressions only: lines with an earlier end than what holds already, which stays. */
  readonly endKept?: number;
}

const schema = z.object({
  format: z.enum(['csv', 'ndjson'], 'The format is csv or ndjson.'),
  encoding: z.enum(['utf-8', 'shift_jis'], 'The encoding is utf-8 or shift_jis.'),
  timezone: z
    .string()
    .refine(isTimeZone, 'The time zone is an IANA name, such as Asia/Tokyo or UTC.'),
  country: z
    .string()
    .refine(
      (code) => /^[A-Z]{2}$/.test(code) && readCountry(code) === code,
      'The country is a code of two capital letters (ISO 3166), such as JP.',
    )
    .optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'The currency is three capital letters (ISO 4217), such as JPY.')
    .optional(),
});

/** @throws RekindleError `input.invalid` with the first thing that is wrong. */
export function checkOptions(options: ImportOptions): void {
  const checked = schema.safeParse(options);
  if (checked.success) return;
  throw new RekindleError(
    'input.invalid',
    checked.error.issues[0]?.message ?? 'The import options are not valid.',
  );
}
