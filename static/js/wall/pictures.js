// Where the picture of each tile is: on a sheet of 256, or, where none is drawn or tiles come from all over the set, in a
// bundle of 256 single ones.
const SHEET_SIDE = 16;
const SHEET_TILES = SHEET_SIDE * SHEET_SIDE;
// Bundles kept: what a few screens show. The others are given back.
const BUNDLES = 12;

export class Sheets {
  constructor(runs, address) {
    this.address = address;
    this.drawn = new Map();
    for (const [first, count, until, version] of runs) {
      for (let i = 0; i < count; i += 1) {
        this.drawn.set(first + i, { until: Math.min((first + i + 1) * SHEET_TILES, until), version });
      }
    }
  }

  of(number) {
    const sheet = Math.floor(number / SHEET_TILES);
    const drawn = this.drawn.get(sheet);
    if (!drawn || number >= drawn.until) return null;
    const place = number % SHEET_TILES;
    const src = `${this.address.replace("/0.jpg", `/${sheet}.jpg`)}?v=${drawn.version}`;
    return { src, look: `x${place % SHEET_SIDE} y${Math.floor(place / SHEET_SIDE)}` };
  }
}

export class Bundles {
  constructor(numbers, address, wordsOf, arrived) {
    Object.assign(this, { numbers, address, wordsOf, arrived });
    this.kept = new Map();
  }

  of(place, number) {
    const bundle = Math.floor(place / SHEET_TILES);
    const found = this.kept.get(bundle);
    if (!found) {
      this.fetch(bundle);
      return null;
    }
    this.kept.delete(bundle); // the one that was looked at last goes last
    this.kept.set(bundle, found);
    const src = found.get(number);
    return src ? { src, look: "" } : null;
  }

  async fetch(bundle) {
    this.kept.set(bundle, new Map());
    for (const old of [...this.kept.keys()].slice(0, -BUNDLES)) this.forget(old);
    const wanted = this.numbers.between(bundle * SHEET_TILES, (bundle + 1) * SHEET_TILES);
    const answer = await fetch(`${this.address}?n=${this.wordsOf(wanted)}`).catch(() => null);
    if (!answer?.ok || !this.kept.has(bundle)) return;
    const body = await answer.arrayBuffer();
    if (this.kept.has(bundle)) this.kept.set(bundle, cut(body));
    this.arrived();
  }

  forget(bundle) {
    for (const src of this.kept.get(bundle).values()) URL.revokeObjectURL(src);
    this.kept.delete(bundle);
  }
}

// Number and length, four bytes each, then the picture; and so on.
function cut(body) {
  const view = new DataView(body);
  const found = new Map();
  for (let at = 0; at < body.byteLength; ) {
    const length = view.getUint32(at + 4);
    const picture = new Blob([new Uint8Array(body, at + 8, length)], { type: "image/jpeg" });
    found.set(view.getUint32(at), URL.createObjectURL(picture));
    at += 8 + length;
  }
  return found;
}
