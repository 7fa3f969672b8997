/** What the emulated Example Ads remembers: a reducer over its journal, and nothing beside it. */
import { z } from 'zod';
import type { KeyKind } from '../../../src/identity/types.ts';
import type { SandboxWorld } from '../../sandbox/emulator.ts';

const at = z.iso.datetime();
const id = z.string();
const keys = { emails: z.array(z.string()), phones: z.array(z.string()) };

/** Parsed when replayed: a journal outlives the version that wrote it. */
const Event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('list-made'), at, id, name: z.string(), note: z.string() }),
  z.object({ type: z.literal('list-deleted'), at, id }),
  z.object({ type: z.literal('list-renamed'), at, id, name: z.string() }),
  z.object({ type: z.literal('list-stopped'), at, id }),
  z.object({ type: z.literal('people-added'), at, id, ...keys }),
  z.object({ type: z.literal('people-removed'), at, id, ...keys }),
  z.object({ type: z.literal('key-refused'), at, key: z.string() }),
]);
type Event = z.infer<typeof Event>;
/** An event without its moment, which the world's clock gives. */
export type Happening = Event extends infer Each
  ? Each extends Event
    ? Omit<Each, 'at'>
    : never
  : never;

export interface SandboxList {
  readonly id: string;
  name: string;
  readonly note: string;
  serving: boolean;
  /** By key, since the population has to be told the kind of a digest. */
  readonly members: Map<string, KeyKind>;
}

export interface SandboxState {
  readonly lists: ReadonlyMap<string, SandboxList>;
  readonly refusedKeys: ReadonlySet<string>;
  /** Lists ever made, deleted ones too: an id is not given twice. */
  readonly made: number;
  /** Writes an event down, then carries it out: what was answered survives a killed process. */
  record(happening: Happening): void;
}

/** The state that the world's journal holds for a platform. */
export function restore(platform: string, { clock, journal }: SandboxWorld): SandboxState {
  const lists = new Map<string, SandboxList>();
  const refusedKeys = new Set<string>();
  let made = 0;

  function apply(event: Event): void {
    switch (event.type) {
      case 'list-made':
        made += 1;
        lists.set(event.id, { ...event, serving: true, members: new Map() });
        break;
      case 'list-deleted':
        lists.delete(event.id);
        break;
      case 'list-renamed': {
        const list = lists.get(event.id);
        if (list !== undefined) list.name = event.name;
        break;
      }
      case 'list-stopped': {
        const list = lists.get(event.id);
        if (list !== undefined) list.serving = false;
        break;
      }
      case 'people-added':
        for (const key of event.emails) lists.get(event.id)?.members.set(key, 'email');
        for (const key of event.phones) lists.get(event.id)?.members.set(key, 'phone');
        break;
      case 'people-removed':
        for (const key of [...event.emails, ...event.phones]) {
          lists.get(event.id)?.members.delete(key);
        }
        break;
      case 'key-refused':
        refusedKeys.add(event.key);
    }
  }

  for (const event of journal.replay(platform)) apply(Event.parse(event));
  return {
    lists,
    refusedKeys,
    get made() {
      return made;
    },
    record(happening) {
      const event = { ...happening, at: clock.now().toISOString() };
      journal.append(platform, event);
      apply(event);
    },
  };
}
