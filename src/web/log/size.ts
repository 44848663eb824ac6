const units = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** `812 B`, `1.4 MiB`. */
export const sizeWords = (bytes: number): string => {
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const size = bytes / 1024 ** step;
  return `${step === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[step]}`;
};
