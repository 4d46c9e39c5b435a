// The tiles of a wall by their places: runs of numbers that follow each other, as the server sends them.
export class Numbers {
  constructor(runs) {
    this.runs = runs;
    this.starts = [];
    this.total = 0;
    for (const [, count] of runs) {
      this.starts.push(this.total);
      this.total += count;
    }
  }

  at(place) {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= place) low = middle;
      else high = middle - 1;
    }
    return this.runs[low][0] + place - this.starts[low];
  }

  placeOf(number) {
    const run = this.runs.findIndex(([first, count]) => first <= number && number < first + count);
    return run < 0 ? -1 : this.starts[run] + number - this.runs[run][0];
  }

  between(start, end) {
    return Array.from({ length: Math.max(0, Math.min(end, this.total) - start) }, (_, i) => this.at(start + i));
  }
}

// As app/domain/numbers.py reads them: 0-4,9.
export function wordsOf(numbers) {
  const words = [];
  let first = null;
  let last = null;
  const close = () => first !== null && words.push(first === last ? `${first}` : `${first}-${last}`);
  for (const number of numbers) {
    if (last !== null && number === last + 1) last = number;
    else {
      close();
      first = last = number;
    }
  }
  close();
  return words.join(",");
}
