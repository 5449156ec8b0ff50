/** Rows of photos of one height and the full width, as even as they can be. */

/** Wider or narrower photos are cut to these shapes, or they would be a thread. */
const NARROWEST = 0.5;
const WIDEST = 3;
/** No row is higher than this against what is aimed at, and none that is not full. */
const STRETCH = 1.5;
const STRETCH_LAST = 1.15;
/** What a layout that fills the width counts against one of the same size that does not. */
const FULL = 1.4;

/** The shape of a photo in a row: its width over its height. */
export function shape({ width, height }) {
  return Math.max(NARROWEST, Math.min(WIDEST, width / height));
}

/**
 * Where each tile lies, {left, top, width, height} in whole pixels, and the `height` of all, for shapes in reading order.
 * `space` are the `width` there is, the `gap` between tiles and the room for a `caption` under each; rows are about
 * `target` pixels high.
 */
export function arranged(shapes, space, target) {
  const rows = broken(shapes, space, target);
  const most = (row) => target * (row === rows.at(-1) ? STRETCH_LAST : STRETCH);
  return placed(rows, space, (row) => Math.min(natural(row, space), most(row)));
}

/**
 * Where each tile lies so that all are in sight within `height`, and as large as that allows; null where they would have
 * to be lower than `least`.
 */
export function fitted(shapes, space, height, least) {
  let best = null;
  let most = 0;
  for (let target = height; target > least; target *= 0.93) {
    const rows = broken(shapes, space, target);
    const wanted = rows.map((row) => Math.min(natural(row, space), target * STRETCH));
    const scale = Math.min(1, (height - rows.length * (space.caption + space.gap) + space.gap) / total(wanted));
    if (Math.min(...wanted) * scale < least) continue;
    const area = total(rows.map((row, place) => total(row) * (wanted[place] * scale) ** 2)) * (scale === 1 ? FULL : 1);
    if (area > most) {
      most = area;
      best = placed(rows, space, (row) => wanted[rows.indexOf(row)] * scale);
    }
  }
  return best;
}

/** How high a row is that fills the width. */
function natural(row, { width, gap }) {
  return (width - gap * (row.length - 1)) / total(row);
}

function placed(rows, { gap, caption }, heightOf) {
  const tiles = [];
  let top = 0;
  for (const row of rows) {
    const height = heightOf(row);
    let sum = 0;
    for (const [place, one] of row.entries()) {
      const left = Math.round(height * sum) + gap * place;
      sum += one;
      tiles.push({ left, top, width: Math.round(height * sum) + gap * place - left, height: Math.round(height) });
    }
    top += Math.round(height) + caption + gap;
  }
  return { tiles, height: Math.max(0, top - gap) };
}

/**
 * The shapes in rows, broken where the sum of squared deviations from the `target` height is least (as lines are by Knuth
 * and Plass, Software: Practice and Experience 11, 1981); a last row that is not full deviates by what it lacks.
 */
function broken(shapes, { width, gap }, target) {
  const least = [0];
  const from = [0];
  for (let end = 1; end <= shapes.length; end++) {
    least[end] = Infinity;
    let sum = 0;
    for (let start = end - 1; start >= 0; start--) {
      sum += shapes[start];
      const height = (width - gap * (end - start - 1)) / sum;
      const off = end === shapes.length && height > target ? 1 - target / height : Math.log(height / target);
      const cost = least[start] + off * off;
      if (cost < least[end]) {
        least[end] = cost;
        from[end] = start;
      }
      if (height < target / 3) break;
    }
  }
  const rows = [];
  for (let end = shapes.length; end > 0; end = from[end]) rows.unshift(shapes.slice(from[end], end));
  return rows;
}

function total(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0);
}
