/** The erasures there are, the latest first. */
import type { ServiceContext } from './context.ts';
import { readErasures } from './erasure-report.ts';
import type { ErasureReport } from './erasure-report.ts';

export function listErasures(
  context: ServiceContext,
  input: { readonly pendingOnly: boolean; readonly limit: number },
): Promise<ErasureReport[]> {
  return readErasures(context.db, input);
}
