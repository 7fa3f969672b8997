/** Whom the rows of a removal take off an emulated audience. */
import type { TakenRow } from './rows.ts';
import type { MetaState, SandboxAudience } from './state.ts';

/** Meta keeps what an advertiser's own id stands for this long, from when it last came along. */
const EXTERN_ID_MS = 90 * 24 * 60 * 60 * 1000;

/** The advertiser's own ids among keys. */
export function externIdsOf(keys: TakenRow['keys']): string[] {
  return keys.filter(({ kind }) => kind === 'external_id').map(({ value }) => value);
}

/**
 * The keys that removal rows take off. Whether a row with several values removes a person who
 * carries only some of them is not documented; here, as the stricter reading, it removes nobody,
 * nor does a row that says more than keys, since what came along when adding is not kept.
 */
export function removed(
  rows: readonly TakenRow[],
  {
    audience,
    state,
    now,
  }: { readonly audience: SandboxAudience; readonly state: MetaState; readonly now: Date },
): TakenRow['keys'] {
  const isForgotten = (id: string): boolean =>
    now.getTime() - (state.externIds.get(id)?.getTime() ?? 0) > EXTERN_ID_MS;
  const keys = rows
    .filter(({ isProfiled }) => !isProfiled)
    .map((row) => row.keys)
    .filter((row) => row.every((key) => audience.members.has(key)))
    .filter((row) => !externIdsOf(row).some(isForgotten))
    .flat();
  return [...new Map(keys.map((key) => [`${key.kind} ${key.value}`, key])).values()];
}
