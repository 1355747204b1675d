/** Columns aligned by two spaces, as kubectl prints them. Cells are text already; control characters are shown, not obeyed. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell) + 2)))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cells a text takes on a terminal: emoji and East Asian wide characters take two. */
export function width(text: string): number {
  let cells = 0;
  for (const { segment } of segmenter.segment(text))
    cells += /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
      segment,
    )
      ? 2
      : 1;
  return cells;
}

function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, (character) => JSON.stringify(character).slice(1, -1));
}
