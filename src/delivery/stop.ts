/** Why a run ends before all of it is sent, without anything having gone wrong. */
import { NotNow } from './wait.ts';

/** hand-over: this process is to end; pause, cancel: a person asked for it. */
export type Stop = 'hand-over' | 'pause' | 'cancel';

const REASONS: Readonly<Record<Stop, { readonly message: string; readonly nextStep: string }>> = {
  'hand-over': {
    message: 'The process that ran it was asked to end, and sent what was in flight.',
    nextStep: 'Nothing: another worker, or the next run, sends what is missing.',
  },
  pause: {
    message: 'The sync was paused while it ran.',
    nextStep: 'Resume the sync: the run that follows sends what is missing.',
  },
  cancel: {
    message: 'Somebody cancelled it.',
    nextStep: 'Nothing: the next run of the sync decides anew what is to be sent.',
  },
};

/** The run stops before its next request. */
export class RunStopped extends NotNow {
  readonly stop: Stop;

  constructor(stop: Stop) {
    const { message, nextStep } = REASONS[stop];
    super('transient', message, { code: stop, nextStep });
    this.name = 'RunStopped';
    this.stop = stop;
  }
}
