/** What happens on the way of a run, as lines of the log and figures of the process. */
import type { DeliveryEvent, OnEvent } from '../delivery/index.ts';
import type { Log } from '../infra/log.ts';
import type { ProcessMetrics } from '../infra/metrics.ts';

/** Where events go; a process that serves no metrics measures nothing. */
export interface Ears {
  readonly log: Log;
  readonly metrics?: ProcessMetrics | undefined;
}

/** The one hearer of events: a line each, with the ids of run and batch, and what is measured. */
export function hearEvents({ log, metrics }: Ears): OnEvent {
  return (event) => {
    if (event.kind === 'request-ended') {
      const { platform = 'unknown', outcome, ms } = event;
      metrics?.requestEnded({ platform, outcome, seconds: ms / 1000 });
    }
    const { kind, sync, platform, run, ...rest } = event;
    const ids = {
      ...(sync === undefined ? {} : { sync }),
      ...(platform === undefined ? {} : { platform }),
      ...(run === undefined ? {} : { run: String(run) }),
    };
    const fields = 'batch' in rest ? { ...rest, batch: String(rest.batch) } : rest;
    log[levelOf(event)]({ event: kind, ...ids, ...fields }, sentenceOf(event));
  };
}

type Level = 'debug' | 'info' | 'warn' | 'error';

/** By what it comes to: error where a person is needed, warn where something is not as planned. */
function levelOf(event: DeliveryEvent): Level {
  switch (event.kind) {
    case 'request-ended':
    case 'batch-sent':
      return 'debug';
    case 'run-planned':
    case 'batch-retried':
    case 'batch-answered':
    case 'waiting':
    case 'account-busy':
      return 'info';
    case 'batch-failed':
      return 'warn';
    case 'run-stopped':
      return event.code === 'unexpected' ? 'error' : 'warn';
    case 'run-ended':
      if (event.state === 'succeeded') return 'info';
      return event.state === 'failed' ? 'error' : 'warn';
  }
}

function sentenceOf(event: DeliveryEvent): string {
  switch (event.kind) {
    case 'request-ended':
      return 'a request ended';
    case 'run-planned':
      return 'a run is planned';
    case 'run-ended':
      return `a run ended ${event.state}`;
    case 'run-stopped':
      return 'a run stopped without an end; the next one goes on';
    case 'batch-sent':
      return 'a batch is sent';
    case 'batch-retried':
      return 'a batch is sent again';
    case 'batch-answered':
      return event.state === 'pending'
        ? 'a batch is taken, and answered later'
        : 'a batch is answered';
    case 'batch-failed':
      return event.state === 'lost' ? 'a batch got no answer' : 'a batch is refused';
    case 'waiting':
      return 'the account waits';
    case 'account-busy':
      return 'another process speaks to the account';
  }
}
