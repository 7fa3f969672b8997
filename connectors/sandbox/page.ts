/** The sandbox's page: HTML from the server, everything escaped, no script. */
import { html } from 'hono/html';
import { MISHAPS } from './emulator.ts';
import type { Emulator } from './emulator.ts';
import { credentialVariable, titleOf, variablesAt } from './emulators.ts';
import type { Insides } from './control.ts';
import { FAULT_KINDS } from './fault.ts';
import type { WaitingFault } from './faults.ts';
import { audiences, refusedKeys } from './page-audiences.ts';
import { count, japanese, lines, select, table } from './page-parts.ts';
import type { Html } from './page-parts.ts';
import type { SeenRequest } from './requests.ts';

const share = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 3 });

/** How many requests the page shows; `/_sandbox/requests` gives them all. */
const SHOWN = 50;
const MASKED = '••••••••';

export interface PageOptions {
  readonly url: string;
  /** Seconds after which the page loads itself again. */
  readonly refresh?: number | undefined;
  /** What was wrong with a form that was sent. */
  readonly problem?: string | undefined;
}

/** The whole page. What it shows of audiences and requests is text, whatever it looks like. */
export function renderPage(
  { world, emulators, faults, requests, refusals }: Insides,
  options: PageOptions,
): Html {
  const { url, refresh, problem } = options;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}" />`}
        <title>Rekindle sandbox</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/_sandbox/page/style.css" />
      </head>
      <body>
        <h1>Rekindle sandbox ${japanese('サンドボックス')}</h1>
        <p>
          ${
            refresh === undefined
              ? html`<a href="/">Refresh</a> · <a href="/?refresh=5">refresh every 5 seconds</a>`
              : html`Refreshes every ${refresh} seconds · <a href="/">stop</a>`
          }
        </p>
        ${problem === undefined ? '' : html`<p role="alert">${problem}</p>`}
        ${accounts(emulators, url)} ${audiences(emulators)} ${clock(world.clock.now())}
        ${waitingFaults(faults.waiting(), emulators)} ${refusedKeys(emulators, refusals)}
        ${recentRequests(requests.latest())}
      </body>
    </html> `;
}

function accounts(emulators: readonly Emulator[], url: string): Html {
  const rows = emulators.map((emulator) => {
    const { platform, account, credentials } = emulator;
    const variables = Object.entries(variablesAt(emulator, `${url}/${platform}`));
    const secrets = Object.keys(credentials).map((name) => credentialVariable(platform, name));
    return html`<tr>
      <th scope="row">${titleOf(platform)}</th>
      <td><code>${account}</code></td>
      <td>${lines(variables.map(([name, value]) => `${name}=${value}`))}</td>
      <td>${lines(secrets.map((name) => `${name}=${MASKED}`))}</td>
    </tr>`;
  });
  return html`<h2>Destinations ${japanese('配信先')}</h2>
    <p>
      Set these variables to point Rekindle here. The values of credentials are what
      <code>rekindle sandbox</code> printed when it started.
    </p>
    ${table(['Platform', 'Ad account', 'Address', 'Credentials'], rows)}`;
}

function clock(now: Date): Html {
  return html`<h2>Clock ${japanese('時計')}</h2>
    <p>The platforms' time is <time>${now.toISOString()}</time>.</p>
    <form method="post" action="/_sandbox/page/clock">
      <label>Advance by <input type="number" name="amount" min="1" value="1" required /></label>
      ${select('unit', 'Unit', ['minutes', 'hours', 'days'], 'hours')}
      <button>Advance</button>
    </form>`;
}

function waitingFaults(waiting: readonly WaitingFault[], emulators: readonly Emulator[]): Html {
  const rows = waiting.map(
    (fault) =>
      html`<tr>
        <td>${titleOf(fault.platform)}</td>
        <td>
          ${fault.method ?? 'any'} <code>${fault.path === '' ? '*' : `*${fault.path}*`}</code>
        </td>
        <td>${fault.kind}${fault.kind === 'says' ? `: ${fault.mishap}` : ''}</td>
        <td>${aim(fault)}</td>
        <td class="number">${count(fault.struck)}</td>
      </tr>`,
  );
  const platforms = emulators.map(({ platform }) => platform);
  return html`<h2>Faults waiting ${japanese('待機中の障害')}</h2>
    ${
      rows.length === 0
        ? html`<p>None.</p>`
        : html`${table(['Platform', 'Requests', 'Kind', 'How often', 'Struck'], rows)}
            <form method="post" action="/_sandbox/page/calm"><button>Clear all</button></form>`
    }
    <form method="post" action="/_sandbox/page/faults">
      ${select('platform', 'Platform', platforms)}
      <label>part of the path <input name="path" /></label>
      ${select('kind', 'Kind', FAULT_KINDS, 'says')}
      ${select('mishap', 'what it says (kind “says”)', MISHAPS)}
      <label
        >status (kinds “answer”, “html”) <input type="number" name="status" min="200" max="599"
      /></label>
      <label>times <input type="number" name="times" min="1" /></label>
      <label
        >or share of requests <input name="rate" inputmode="decimal" placeholder="0.2"
      /></label>
      <button>Inject</button>
    </form>`;
}

function aim({ times, rate }: WaitingFault): string {
  return rate === undefined ? `${count(times ?? 1)} more` : `${share.format(rate)} of requests`;
}

function recentRequests(requests: readonly SeenRequest[]): Html {
  const rows = requests.slice(0, SHOWN).map(
    ({ at, platform, method, path, status, ms, bytesIn, bytesOut, fault }) =>
      html`<tr>
        <td><time>${at}</time></td>
        <td>${platform === null ? '–' : titleOf(platform)}</td>
        <td>${method} <code>${path}</code></td>
        <td class="number">${status === null ? '–' : String(status)}</td>
        <td class="number">${ms === null ? '–' : ms.toFixed(1)}</td>
        <td class="number">${count(bytesIn)} / ${count(bytesOut)}</td>
        <td>${fault ?? ''}</td>
      </tr>`,
  );
  const headings = ['Time', 'Platform', 'Request', 'Status', 'ms', 'Bytes in / out', 'Fault'];
  return html`<h2>Recent requests ${japanese('最近のリクエスト')}</h2>
    ${rows.length === 0 ? html`<p>None yet.</p>` : table(headings, rows)}`;
}
