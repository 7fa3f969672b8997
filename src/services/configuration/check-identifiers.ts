/** Whether the platform of a sync takes, and finds people by, the identifiers that the sync sends. */
import { findConnector } from '../../../connectors/registry.ts';
import type { KeyKind, KeyRule } from '../../identity/index.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';

interface Sender {
  readonly name: string;
  readonly destination: string;
  readonly identifiers: readonly KeyKind[];
}

/** Goes along with keys and is none: nobody is found by it alone. */
const NO_KEY: KeyRule = 'profile_meta';

/**
 * A sync of the file is told at its identifiers; one that the file does not name, and whose
 * destination it gives to another platform, is told at that platform. Destinations and platforms
 * that there are not are told elsewhere.
 *
 * @param platforms the platform of every destination, those of the file included
 */
export function checkIdentifiers(
  file: ConfigurationFile,
  known: readonly Sender[],
  platforms: ReadonlyMap<string, string>,
): ConfigurationProblem[] {
  const problemsOf = ({ destination, identifiers }: Sender) =>
    wrongIdentifiers(platforms.get(destination) ?? '', identifiers);
  const others = known.filter(({ name }) => !file.syncs.some((sync) => sync.name === name));
  return [
    ...file.syncs.flatMap((sync, index) =>
      problemsOf(sync).map(({ position, message }) => ({
        path: ['syncs', index, 'identifiers', ...(position === null ? [] : [position])],
        message,
      })),
    ),
    ...file.destinations.flatMap(({ name }, index) =>
      others
        .filter(({ destination }) => destination === name)
        .flatMap((sync) =>
          problemsOf(sync).map(({ message }) => ({
            path: ['destinations', index, 'platform'],
            message: `for the sync "${sync.name}", ${message}`,
          })),
        ),
    ),
  ];
}

interface Wrong {
  /** The place among the identifiers; null where it is all of them. */
  readonly position: number | null;
  readonly message: string;
}

function wrongIdentifiers(platform: string, identifiers: readonly KeyKind[]): Wrong[] {
  const taken = findConnector(platform)?.identifiers;
  if (taken === undefined) return [];
  const all = Object.keys(taken).join(', ');
  const wrong = identifiers.flatMap((kind, position) =>
    taken[kind] === undefined
      ? [{ position, message: `${platform} does not take ${kind}; it takes ${all}` }]
      : [],
  );
  return identifiers.every((kind) => taken[kind] === NO_KEY)
    ? [{ position: null, message: `${platform} finds nobody by ${identifiers.join()} alone` }]
    : wrong;
}
