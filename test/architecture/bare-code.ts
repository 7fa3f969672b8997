/**
 * One token of TypeScript, as coarse as the rules need: a comment, a string, the start of a
 * template, a brace, a slash whose meaning depends on what stood before, a word, blanks, or one
 * other character. Strings end at the line's end, so an apostrophe in JSX text harms one line only.
 */
const token =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?)|(?<word>[\w$]+)|(?<gap>\s+)|(?<sign>[\s\S])/gy;
const templateText = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(?:`|\$\{|$)/y;
const regularExpression = /\/(?![*/>])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;

const wordsBeforeExpression = new Set(
  'return typeof case in of delete void throw new else do instanceof await yield'.split(' '),
);

const known = new Map<string, string>();

/**
 * The source with comments and the insides of strings, templates and regular expressions turned
 * into spaces. Quotes, line ends and the code inside `${…}` stay, so an offset or a line in the
 * result is the same place in the source. What is left is code: a word found in it is meant.
 */
export function bareCode(source: string): string {
  // Every rule asks for the same files.
  const bare = known.get(source) ?? blank(source);
  known.set(source, bare);
  return bare;
}

function blank(source: string): string {
  let bare = '';
  let depth = 0;
  let before = '';
  const templateDepths: number[] = [];

  const template = (): void => {
    const text = matchAt(templateText, source, bare.length) ?? '';
    const end = /(?:`|\$\{)$/.exec(text)?.[0] ?? '';
    bare += spaces(text.slice(0, text.length - end.length)) + end;
    before = end === '`' ? '`' : '{';
    if (end === '${') templateDepths.push(depth);
  };

  while (bare.length < source.length) {
    token.lastIndex = bare.length;
    const { comment, string, word, gap, sign } = token.exec(source)?.groups ?? {};
    if (comment !== undefined) bare += spaces(comment);
    else if (gap !== undefined) bare += gap;
    else if (string !== undefined) {
      bare += insideBlank(string);
      before = '"';
    } else if (word !== undefined) {
      bare += word;
      before = word;
    } else if (sign === '/') {
      const literal = startsExpression(before)
        ? matchAt(regularExpression, source, bare.length)
        : undefined;
      bare += literal === undefined ? sign : `/${spaces(literal.slice(1))}`;
      before = literal === undefined ? sign : '"';
    } else {
      bare += sign ?? ' ';
      before = sign ?? '';
      if (sign === '{') depth += 1;
      if (sign === '}') {
        if (templateDepths.at(-1) === depth) {
          templateDepths.pop();
          template();
        } else depth -= 1;
      }
      if (sign === '`') template();
    }
  }
  return bare;
}

/** The 1-based line of an offset. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

function startsExpression(before: string): boolean {
  return (
    before === '' || /^[(,=:[!&|?{};+\-*%~^>]$/.test(before) || wordsBeforeExpression.has(before)
  );
}

function matchAt(pattern: RegExp, source: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
}

function spaces(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function insideBlank(string: string): string {
  const quote = string.charAt(0);
  const closed = string.length > 1 && string.endsWith(quote);
  return quote + spaces(string.slice(1, closed ? -1 : undefined)) + (closed ? quote : '');
}
