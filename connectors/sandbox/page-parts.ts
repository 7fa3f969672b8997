/** What the sandbox's page is made of. Everything that is put in is escaped. */
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export function table(headings: readonly (string | Html)[], rows: readonly Html[]): Html {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

export function select(
  name: string,
  label: string,
  options: readonly string[],
  chosen?: string,
): Html {
  return html`<label
    >${label}
    <select name="${name}">
      ${options.map((option) =>
        option === chosen
          ? html`<option selected>${option}</option>`
          : html`<option>${option}</option>`,
      )}
    </select></label
  >`;
}

export function lines(texts: readonly string[]): Html[] {
  return texts.map((text) => html`<div><code>${text}</code></div>`);
}

export function japanese(label: string): Html {
  return html`<span lang="ja">${label}</span>`;
}

const integer = new Intl.NumberFormat('en');

export function count(value: number): string {
  return integer.format(value);
}
