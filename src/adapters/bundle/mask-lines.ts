/** Masking a text of any length that comes in pieces, without keeping all of it. */

/** One output line may be as long as that; a longer one is cut there, and masked in two. */
const longestLine = 1024 * 1024;

/** The lines of a text, masked; a secret that lies over two pieces is in one line, and masked as a whole. */
export const maskLines = async function* (
  pieces: AsyncIterable<string>,
  mask: (line: string) => string,
): AsyncIterable<string> {
  let rest = '';
  for await (const piece of pieces) {
    const text = rest + piece;
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) yield text.slice(0, end).split('\n').map(mask).join('\n');
    if (rest.length < longestLine) continue;
    yield mask(rest);
    rest = '';
  }
  if (rest !== '') yield mask(rest);
};
