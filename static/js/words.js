// Numbers, sizes and times as app/web/words.py says them; a browser test holds the two equal.
const count = new Intl.NumberFormat("en-GB");

export const n = (number) => count.format(number);

export function size(bytes) {
  for (const [unit, name] of [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"]]) {
    if (bytes < unit) continue;
    const amount = bytes / unit;
    return `${amount < 10 && amount % 1 >= 0.05 ? amount.toFixed(1) : amount.toFixed(0)} ${name}`;
  }
  return `${bytes && Math.max(1, Math.round(bytes / 1000))} kB`;
}

export function timeLeft(seconds) {
  if (seconds < 8) return "a few seconds left";
  if (seconds < 58) return `about ${5 * Math.round(seconds / 5)} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min left`;
  return `about ${Math.floor(minutes / 60)} h ${Math.floor((minutes % 60) / 10) * 10} min left`;
}
