/** Every command, by the file that adds it; what is not asked for is not loaded. */
import type { Command } from 'commander';

interface Family {
  readonly words: readonly string[];
  readonly load: () => Promise<(program: Command) => void>;
}

/** In the order of the help. */
const FAMILIES: readonly Family[] = [
  { words: ['demo'], load: async () => (await import('./demo.ts')).addDemoCommand },
  { words: ['sandbox'], load: async () => (await import('./sandbox.ts')).addSandboxCommand },
  { words: ['worker', 'start'], load: async () => (await import('./worker.ts')).addWorkerCommands },
  { words: ['serve'], load: async () => (await import('./serve.ts')).addServeCommand },
  { words: ['db'], load: async () => (await import('./database.ts')).addDatabaseCommands },
  { words: ['import'], load: async () => (await import('./import.ts')).addImportCommands },
  {
    words: ['suppression'],
    load: async () => (await import('./suppressions.ts')).addSuppressionCommands,
  },
  {
    words: ['apply', 'export'],
    load: async () => (await import('./configuration.ts')).addConfigurationCommands,
  },
  { words: ['hash'], load: async () => (await import('./hash.ts')).addHashCommand },
  { words: ['identity'], load: async () => (await import('./identity.ts')).addIdentityCommands },
  {
    words: ['customer', 'erase', 'erasures'],
    load: async () => (await import('./customers.ts')).addCustomerCommands,
  },
  { words: ['segment'], load: async () => (await import('./segments.ts')).addSegmentCommands },
  {
    words: ['destination'],
    load: async () => (await import('./destinations.ts')).addDestinationCommands,
  },
  { words: ['sync'], load: async () => (await import('./syncs.ts')).addSyncCommands },
  {
    words: ['plan', 'run', 'settle', 'runs'],
    load: async () => (await import('./runs.ts')).addRunCommands,
  },
  { words: ['pause', 'resume'], load: async () => (await import('./pause.ts')).addPauseCommands },
  { words: ['verify', 'resync'], load: async () => (await import('./drift.ts')).addDriftCommands },
  { words: ['alerts'], load: async () => (await import('./alerts.ts')).addAlertCommands },
  {
    words: ['do-not-reach'],
    load: async () => (await import('./do-not-reach.ts')).addDoNotReachCommand,
  },
  { words: ['match', 'lift'], load: async () => (await import('./results.ts')).addResultCommands },
  { words: ['spend'], load: async () => (await import('./spend.ts')).addSpendCommand },
];

/** Adds the commands that one of `words` names, or all of them where none does: to list, or to say what there is. */
export async function addCommands(program: Command, words: readonly string[]): Promise<void> {
  const named = FAMILIES.filter((family) => family.words.some((word) => words.includes(word)));
  for (const { load } of named.length === 0 ? FAMILIES : named) (await load())(program);
}
