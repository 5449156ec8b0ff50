/** Rows of photos of one height and the full width, as even as they can be. */

/** Wider or narrower photos are cut to these shapes, or they would be a thread. */
const NARROWEST = 0.5;
const WIDEST = 3;
/** No row is higher than this against what is aimed at. */
const STRETCH = 1.5;

/** The shape of a photo in a row: its width over its height. */
export function shape({ width, height }) {
  return Math.max(NARROWEST, Math.min(WIDEST, width / height));
}

/**
 * Where each tile lies, {left, top, width, height} in whole pixels, and the `height` of all, for shapes in reading order.
 * Under each tile is room for a caption.
 *
 * Rows are broken where the sum of squared deviations from the `target` height is least (as lines are by Knuth and Plass,
 * Software: Practice and Experience 11, 1981); a last row that is not full deviates by what it lacks.
 */
export function arranged(shapes, width, target, gap, caption) {
  const tiles = [];
  let top = 0;
  for (const [start, end] of breaks(shapes, width, target, gap)) {
    const inner = width - gap * (end - start - 1);
    const sum = total(shapes.slice(start, end));
    const most = target * (end === shapes.length ? 1.15 : STRETCH);
    const height = Math.round(Math.min(inner / sum, most));
    const scale = Math.min(inner / sum, most);
    let left = 0;
    for (const [place, one] of shapes.slice(start, end).entries()) {
      const right = Math.round(scale * total(shapes.slice(start, start + place + 1))) + gap * place;
      tiles.push({ left, top, width: right - left, height });
      left = right + gap;
    }
    top += height + caption + gap;
  }
  return { tiles, height: Math.max(0, top - gap) };
}

/** The largest target height between `least` and `most` with which all tiles fit into `height`. */
export function fitting(shapes, width, height, gap, caption, least, most) {
  for (let target = most; target > least; target *= 0.95) {
    if (arranged(shapes, width, target, gap, caption).height <= height) return target;
  }
  return least;
}

function breaks(shapes, width, target, gap) {
  const least = [0];
  const from = [0];
  for (let end = 1; end <= shapes.length; end++) {
    least[end] = Infinity;
    let sum = 0;
    for (let start = end - 1; start >= 0; start--) {
      sum += shapes[start];
      const height = (width - gap * (end - start - 1)) / sum;
      const lacking = end === shapes.length && height > target ? 1 - target / height : null;
      const off = lacking ?? Math.log(height / target);
      const cost = least[start] + off * off;
      if (cost < least[end]) {
        least[end] = cost;
        from[end] = start;
      }
      if (height < target / 3) break;
    }
  }
  const found = [];
  for (let end = shapes.length; end > 0; end = from[end]) found.unshift([from[end], end]);
  return found;
}

function total(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0);
}
