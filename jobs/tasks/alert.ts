import type { AlertSurroundings } from '../../src/services/alert-channels.ts';
import { raiseAlerts } from '../../src/services/raise-alerts.ts';
import type { ServiceContext } from '../../src/services/context.ts';

/** Looks for what a person has to know of, and tells them. */
export async function alert(context: ServiceContext, settings: AlertSurroundings): Promise<void> {
  await raiseAlerts(context, { settings });
}
