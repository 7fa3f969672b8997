/** The style sheet of the sandbox's page. */
export const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 75rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2rem; }
[lang='ja'] { font-size: 0.8em; font-weight: normal; opacity: 0.75; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 0.75rem; text-align: left; vertical-align: top; border-bottom: 1px solid #8886; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code, td { overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin: 0.75rem 0; }
label { display: grid; }
input, select, button { font: inherit; padding: 0.15rem 0.4rem; }
[role='alert'] { padding: 0.5rem 0.75rem; border: 2px solid #c33; }
`;
