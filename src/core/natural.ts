/** Natural order of text: `task-2` before `task-10`, upper and lower case together, ties by code unit. */
export const compareNaturally = (left: string, right: string): number => {
  if (left === right) return 0;
  const a = pieces(left);
  const b = pieces(right);
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = comparePieces(a[i] as string, b[i] as string);
    if (order !== 0) return order;
  }
  return a.length - b.length || compareText(left, right);
};

const pieces = (text: string): readonly string[] => text.match(/\d+|\D+/g) ?? [];

const comparePieces = (a: string, b: string): number => {
  if (isNumber(a) && isNumber(b)) {
    const [x, y] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
    return x.length - y.length || compareText(x, y);
  }
  return compareText(a.toLowerCase(), b.toLowerCase());
};

const isNumber = (piece: string): boolean => piece.charCodeAt(0) >= 48 && piece.charCodeAt(0) <= 57;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
