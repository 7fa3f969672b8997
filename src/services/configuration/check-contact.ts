/** Whether the contact policies of all syncs hold together, with a setting that may change. */
import { contactPolicyProblem, resolveContactPolicy } from '../../sync/index.ts';
import type { ContactSettings } from '../../sync/index.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';

/** The contact policies that the database has already: the setting, and each sync's own. */
interface KnownContact {
  readonly contactPolicy: ContactSettings;
  readonly syncs: readonly { readonly name: string; readonly contactPolicy: ContactSettings }[];
}

/**
 * A sync of the file is told where it stands; one that the file does not name and that the file's
 * setting would break is told at the setting.
 */
export function checkContact(file: ConfigurationFile, known: KnownContact): ConfigurationProblem[] {
  const setting = file.settings?.contactPolicy;
  const problemOf = (own: ContactSettings) =>
    contactPolicyProblem(resolveContactPolicy(setting ?? known.contactPolicy, own));
  const others =
    setting === undefined
      ? []
      : known.syncs.filter(({ name }) => !file.syncs.some((sync) => sync.name === name));
  return [
    ...file.syncs.flatMap(({ contactPolicy }, index) => {
      const message = problemOf(contactPolicy);
      return message === null ? [] : [{ path: ['syncs', index, 'contactPolicy'], message }];
    }),
    ...others.flatMap(({ name, contactPolicy }) => {
      const message = problemOf(contactPolicy);
      return message === null
        ? []
        : [{ path: ['settings', 'contactPolicy'], message: `for the sync "${name}", ${message}` }];
    }),
  ];
}
