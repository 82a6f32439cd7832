// @ts-check
/** Lines that a box is caught by, and what catching it does. All in px of the finished picture. */
import { HANDLES } from './gestures.mjs'

/** @typedef {import('./placement.mjs').Box} Box */
/** @typedef {[number, number]} Pair */
/** @typedef {'center' | 'third' | 'edge' | 'margin' | 'zone'} Kind */
/** @typedef {{ at: number, kind: Kind }} Line */
/** A line to show: one across x stands upright. @typedef {{ axis: 'x' | 'y', at: number, kind: Kind }} Guide */
/** @typedef {{ x: Line[], y: Line[] }} Lines */

const MARGIN = 0.05
const SAME_PX = 0.01

/**
 * The lines of a picture: centre, thirds, edges, margins of 5 %, the sides of the safe zone.
 * @param {Pair} canvas width and height
 * @param {Box | null} free what the safe zone leaves free
 * @returns {Lines}
 */
export function linesOf(canvas, free) {
  const zone = free ? { x: [free.x, free.x + free.width], y: [free.y, free.y + free.height] } : { x: [], y: [] }
  return { x: along(canvas[0], zone.x), y: along(canvas[1], zone.y) }
}

/**
 * @param {number} length
 * @param {number[]} zone
 * @returns {Line[]}
 */
function along(length, zone) {
  /** @type {[Kind, number[]][]} */
  const kinds = [
    ['center', [length / 2]],
    ['zone', zone],
    ['third', [length / 3, (length * 2) / 3]],
    ['margin', [length * MARGIN, length * (1 - MARGIN)]],
    ['edge', [0, length]],
  ]
  return kinds.flatMap(([kind, places]) => places.map((at) => ({ at, kind })))
}

/**
 * How far boxes that move together are caught.
 * @param {Box[]} boxes what may be caught, the one to prefer first
 * @param {Lines} lines
 * @param {number} reach greatest distance in px
 * @returns {Pair}
 */
export function caughtMoving(boxes, lines, reach) {
  return [
    nearest(boxes.flatMap((box) => points(box.x, box.width)), lines.x, reach),
    nearest(boxes.flatMap((box) => points(box.y, box.height)), lines.y, reach),
  ]
}

/**
 * How far the sides that a handle moves are caught.
 * @param {Box} box
 * @param {string} handle a key of HANDLES
 * @param {Lines} lines
 * @param {number} reach greatest distance in px
 * @returns {Pair}
 */
export function caughtResizing(box, handle, lines, reach) {
  const [across, down] = HANDLES[handle]
  const x = across ? [side(across < 0 ? box.x : box.x + box.width)] : []
  const y = down ? [side(down < 0 ? box.y : box.y + box.height)] : []
  return [nearest(x, lines.x, reach), nearest(y, lines.y, reach)]
}

/**
 * The lines that a side or the middle of a box lies on.
 * @param {Box[]} boxes
 * @param {Lines} lines
 * @returns {Guide[]}
 */
export function guidesOf(boxes, lines) {
  /** @param {'x' | 'y'} axis @param {Point[]} places */
  const on = (axis, places) =>
    lines[axis]
      .filter((line) => places.some((point) => suits(point, line) && Math.abs(point.at - line.at) < SAME_PX))
      .map((line) => ({ axis, ...line }))
  return [
    ...on('x', boxes.flatMap((box) => points(box.x, box.width))),
    ...on('y', boxes.flatMap((box) => points(box.y, box.height))),
  ]
}

/** @typedef {{ at: number, middle: boolean }} Point */

/**
 * @param {number} start
 * @param {number} length
 * @returns {Point[]}
 */
function points(start, length) {
  return [{ at: start + length / 2, middle: true }, side(start), side(start + length)]
}

/**
 * @param {number} at
 * @returns {Point}
 */
function side(at) {
  return { at, middle: false }
}

/**
 * The middle is caught by the centre and the thirds alone.
 * @param {Point} point
 * @param {Line} line
 */
function suits(point, line) {
  return !point.middle || line.kind === 'center' || line.kind === 'third'
}

/**
 * The way from the point that is nearest to a line, to that line; 0 where none is in reach. A middle that is in reach
 * of the centre goes there, whatever else is near.
 * @param {Point[]} places
 * @param {Line[]} lines
 * @param {number} reach
 */
function nearest(places, lines, reach) {
  const central = shortest(places.filter((point) => point.middle), lines.filter((line) => line.kind === 'center'))
  const way = Math.abs(central) <= reach ? central : shortest(places, lines)
  return Math.abs(way) <= reach ? way : 0
}

/**
 * @param {Point[]} places
 * @param {Line[]} lines
 */
function shortest(places, lines) {
  let best = Infinity
  for (const point of places)
    for (const line of lines) {
      const way = line.at - point.at
      if (suits(point, line) && Math.abs(way) < Math.abs(best) - SAME_PX) best = way
    }
  return best
}
