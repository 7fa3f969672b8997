/** From when on something is an alert. Kept under the setting `alerts`; what is left out is as here. */
import { z } from 'zod';

/** The key of the setting in the database. */
export const ALERT_SETTING = 'alerts';

export const AlertSettings = z.strictObject({
  /** Share (0..1) of a match rate that has to be lost for sure. */
  matchDrop: z.number().gt(0).lt(1).default(0.3),
  /** Days before the end of a token. */
  tokenDays: z.number().min(1).max(90).default(14),
  /** Runs that end incomplete without a good one between them. */
  incompleteRuns: z.int().min(2).max(100).default(3),
  /** Hours after which incomplete runs are worth a word, however few there were. */
  incompleteHours: z.number().min(1).max(720).default(48),
  /** Minutes that a run may begin after its schedule; runs of one account wait for each other. */
  lateMinutes: z.number().min(5).max(1440).default(60),
  /** Hours that an erasure may be pending. */
  erasureHours: z.number().min(1).max(720).default(24),
  /** Hours after which an open alert is said again; 0 for never. */
  reminderHours: z.number().min(0).max(720).default(24),
});
export type AlertSettings = Readonly<z.infer<typeof AlertSettings>>;
