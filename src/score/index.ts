/**
 * Scores of customers. Each SQL file yields one relation; whoever reads it puts it into a WITH
 * under its name: `history`, then `ranks`, which reads `history`.
 */

/** One row a customer who has bought: recency, purchase days, span. Takes :as_of and :timezone. */
export const HISTORY_SQL: URL = new URL('history.sql', import.meta.url);

/** Fair ranks and scores of recency and frequency, one row a pair of values in `history`. */
export const RANKS_SQL: URL = new URL('ranks.sql', import.meta.url);
