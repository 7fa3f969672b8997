/** The way out of one machine: Citus. */
export { distribute, isOutstanding } from './distribute.ts';
export { LOCAL_TABLES, isDistributed, placementOf, readLayout, readTables } from './layout.ts';
export type { Layout, Placement, TablePlacement } from './layout.ts';
