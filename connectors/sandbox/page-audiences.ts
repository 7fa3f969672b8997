/** The parts of the page about keys: the audiences they are on, and those that are refused. */
import { html } from 'hono/html';
import type { Emulator } from './emulator.ts';
import { titleOf } from './emulators.ts';
import { count, japanese, select, table } from './page-parts.ts';
import type { Html } from './page-parts.ts';
import type { Refusals } from './refusals.ts';

/** Up to how many keys people are matched for a page; finding them takes some 5 µs a key. */
const MATCHED_AT_ONCE = 20_000;

/** All audiences. Who is matched on those that are too long for a page stands behind a link. */
export function audiences(emulators: readonly Emulator[]): Html {
  let left = MATCHED_AT_ONCE;
  const matched = (emulator: Emulator, id: string, size: number): Html | string => {
    if (size <= left) {
      left -= size;
      return count(emulator.matched(id).length);
    }
    const address = `/_sandbox/${emulator.platform}/audiences/${encodeURIComponent(id)}/matched`;
    return html`<a href="${address}">count them</a>`;
  };
  const rows = emulators.flatMap((emulator) =>
    emulator.audiences().map(({ id, name }) => {
      const size = emulator.size(id);
      return html`<tr>
        <td>${titleOf(emulator.platform)}</td>
        <td><code>${id}</code></td>
        <td>${name}</td>
        <td class="number">${count(size)}</td>
        <td class="number">${matched(emulator, id, size)}</td>
      </tr>`;
    }),
  );
  const keys = html`Keys ${japanese('識別子')}`;
  const headings = ['Platform', 'Id', 'Name', keys, 'Matched people'];
  return html`<h2>Audiences ${japanese('オーディエンス')}</h2>
    ${rows.length === 0 ? html`<p>None yet.</p>` : table(headings, rows)}`;
}

/** The keys that platforms refuse, each as its beginning, and a form to refuse one more. */
export function refusedKeys(emulators: readonly Emulator[], refusals: Refusals): Html {
  const rows = emulators.flatMap(({ platform }) =>
    refusals.of(platform).map(
      (key) =>
        html`<tr>
          <td>${titleOf(platform)}</td>
          <td><code>${beginningOf(key)}</code></td>
        </tr>`,
    ),
  );
  const platforms = emulators.map(({ platform }) => platform);
  return html`<h2>Refused keys ${japanese('拒否する識別子')}</h2>
    <p>The platform refuses rows with these keys the way it refuses malformed ones.</p>
    ${rows.length === 0 ? html`<p>None.</p>` : table(['Platform', 'Key'], rows)}
    <form method="post" action="/_sandbox/page/refused-keys">
      ${select('platform', 'Platform', platforms)}
      <label
        >key, as it is sent: a digest or an id
        <input name="key" maxlength="1000" autocomplete="off" required
      /></label>
      <button>Refuse</button>
    </form>`;
}

/** The first 6 characters, and of short keys no more than half. */
function beginningOf(key: string): string {
  return `${key.slice(0, Math.min(6, Math.floor(key.length / 2)))}…`;
}
