// @ts-check
/**
 * What a drag, a resize, a turn or a key does to a box. All in px of the finished picture.
 *
 * Where a box and its ink end up is as in core/placement/target_box.py and core/placement/scene.py, so that what is seen while dragging is
 * where the exact render puts it.
 */
import { aligned, fitted, into, percents, shares, turnedInto } from './placement.mjs'
import { NUMBERS } from './placement_fields.mjs'

/** @typedef {import('./placement.mjs').Box} Box */
/** @typedef {[number, number]} Pair */
/** What is placed: its size in px; one that does not scale is typed words. @typedef {{ size: Pair, scalable: boolean }} Ink */
/**
 * @typedef {object} Scene
 * @property {Pair} canvas width and height of the finished picture
 * @property {Box | null} free what the safe zone leaves free
 * @property {Ink | null} ink
 */
/**
 * How a box is worn: all that is not its four sides.
 * @typedef {{ anchor: string, rotation: number, keepAspect: boolean }} Wear
 */

/** The eight handles and which sides they move: -1 = left or top, 1 = right or bottom. */
export const HANDLES = Object.freeze(
  /** @type {Record<string, Pair>} */ ({
    nw: [-1, -1],
    n: [0, -1],
    ne: [1, -1],
    e: [1, 0],
    se: [1, 1],
    s: [0, 1],
    sw: [-1, 1],
    w: [-1, 0],
  }),
)
export const TURN_STEP_DEG = 15
const LEAST_PX = 4
const EXACT_STEP = 0.001
const UPRIGHT_WITHIN_DEG = 2

/**
 * The box that counts: moved, and cut down where it must be, into what the safe zone leaves free.
 * @param {Box} box
 * @param {number} rotation
 * @param {Box | null} free
 * @returns {Box}
 */
export function kept(box, rotation, free) {
  if (!free) return box
  const inside = into(box, free)
  return rotation % 360 === 0 ? inside : turnedInto(inside, rotation, free)
}

/**
 * Where the ink stands in a box, before it is turned about its middle. Without ink it is the box.
 * @param {Box} box
 * @param {Wear} wear
 * @param {Scene} scene
 * @returns {Box}
 */
export function inkBox(box, wear, scene) {
  if (!scene.ink) return box
  const { size, scalable } = scene.ink
  const shrink = Math.min(1, box.width / size[0], box.height / size[1])
  const stands = scalable
    ? fitted(box, wear.anchor, size, wear.keepAspect)
    : aligned(box, wear.anchor, [size[0] * shrink, size[1] * shrink])
  return scene.free ? turnedInto(stands, wear.rotation, scene.free) : stands
}

/**
 * The middle of a box.
 * @param {Box} box
 * @returns {Pair}
 */
export function middle(box) {
  return [box.x + box.width / 2, box.y + box.height / 2]
}

/**
 * A vector or, with a pivot, a point turned clockwise.
 * @param {Pair} point
 * @param {number} degrees
 * @param {Pair} [pivot]
 * @returns {Pair}
 */
export function turned([x, y], degrees, [px, py] = [0, 0]) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return [px + (x - px) * cos - (y - py) * sin, py + (x - px) * sin + (y - py) * cos]
}

/**
 * The box with the sides that a handle holds moved, in the box's own, unturned directions.
 * @param {Box} box
 * @param {string} handle a key of HANDLES
 * @param {Pair} by
 * @param {{ proportional?: boolean, centred?: boolean, lead?: 'x' | 'y' }} how proportional keeps the sides' ratio, as
 *   `lead` gives it, or the way along the diagonal; centred moves the opposite sides as well
 * @returns {Box}
 */
export function resized(box, handle, by, how = {}) {
  const sides = HANDLES[handle]
  const reach = how.centred ? 2 : 1
  let width = Math.max(box.width + sides[0] * by[0] * reach, LEAST_PX)
  let height = Math.max(box.height + sides[1] * by[1] * reach, LEAST_PX)
  if (how.proportional) {
    const factor = ratio(box, [width, height], sides, how.lead)
    ;[width, height] = [box.width * factor, box.height * factor]
  }
  const hold = how.centred ? [0.5, 0.5] : sides.map((side) => (1 - side) / 2)
  return { x: box.x + hold[0] * (box.width - width), y: box.y + hold[1] * (box.height - height), width, height }
}

/**
 * @param {Box} box
 * @param {Pair} size
 * @param {Pair} sides
 * @param {'x' | 'y' | undefined} lead
 */
function ratio(box, size, sides, lead) {
  const [across, down] = [size[0] / box.width, size[1] / box.height]
  const least = Math.max(LEAST_PX / box.width, LEAST_PX / box.height)
  if (sides[0] === 0 || lead === 'y') return Math.max(down, least)
  if (sides[1] === 0 || lead === 'x') return Math.max(across, least)
  const along = (across - 1) * box.width ** 2 + (down - 1) * box.height ** 2
  return Math.max(1 + along / (box.width ** 2 + box.height ** 2), least)
}

/**
 * A resized box cut back to what the safe zone leaves free, so that its other sides stay; turned boxes are left alone.
 * @param {Box} before
 * @param {Box} after
 * @param {Wear} wear
 * @param {Box | null} free
 * @param {boolean} proportional
 * @returns {Box}
 */
export function cutBack(before, after, wear, free, proportional) {
  if (!free || wear.rotation % 360 !== 0) return after
  const shares = [
    share(before.x, after.x, free.x, -1),
    share(before.y, after.y, free.y, -1),
    share(before.x + before.width, after.x + after.width, free.x + free.width, 1),
    share(before.y + before.height, after.y + after.height, free.y + free.height, 1),
  ]
  const [left, top, right, bottom] = proportional ? shares.fill(Math.min(...shares)) : shares
  const x = before.x + (after.x - before.x) * left
  const y = before.y + (after.y - before.y) * top
  const far = [before.x + before.width, before.y + before.height]
  const width = far[0] + (after.x + after.width - far[0]) * right - x
  return { x, y, width, height: far[1] + (after.y + after.height - far[1]) * bottom - y }
}

/**
 * How much of a side's way, 0..1, it may go.
 * @param {number} before
 * @param {number} after
 * @param {number} limit
 * @param {number} outwards
 */
function share(before, after, limit, outwards) {
  const way = (after - before) * outwards
  const room = (limit - before) * outwards
  return way <= room || way <= 0 ? 1 : Math.max(room, 0) / way
}

/**
 * A resized box moved so that the side or corner opposite to the handle stays where it is seen: turning is about the
 * middle of the ink, and that moved with the size.
 * @param {Box} before
 * @param {Box} after
 * @param {string} handle
 * @param {Wear} wear
 * @param {Scene} scene
 * @returns {Box}
 */
export function pinned(before, after, handle, wear, scene) {
  if (wear.rotation % 360 === 0) return after
  const open = { ...scene, free: null }
  const seen = turned(held(before, handle), wear.rotation, middle(inkBox(before, wear, open)))
  const now = turned(held(after, handle), wear.rotation, middle(inkBox(after, wear, open)))
  return { ...after, x: after.x + seen[0] - now[0], y: after.y + seen[1] - now[1] }
}

/**
 * The point that a handle leaves where it is.
 * @param {Box} box
 * @param {string} handle
 * @returns {Pair}
 */
function held(box, handle) {
  const [across, down] = HANDLES[handle]
  return [box.x + ((1 - across) / 2) * box.width, box.y + ((1 - down) / 2) * box.height]
}

/**
 * A box made larger or smaller about its middle.
 * @param {Box} box
 * @param {number} factor
 * @returns {Box}
 */
export function scaled(box, factor) {
  const least = Math.max(factor, LEAST_PX / box.width, LEAST_PX / box.height)
  const [width, height] = [box.width * least, box.height * least]
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height }
}

/**
 * The fields that a handle changes.
 * @param {string} handle a key of HANDLES
 * @param {Wear} wear
 * @param {{ proportional?: boolean, centred?: boolean }} how as for `resized`
 * @returns {string[]} of x, y, width, height
 */
export function changedBy(handle, wear, how = {}) {
  const anchored = shares(wear.anchor)
  const turns = wear.rotation % 360 !== 0
  return HANDLES[handle].flatMap((side, axis) => {
    const sized = side !== 0 || Boolean(how.proportional)
    const hold = how.centred ? 0.5 : (1 - side) / 2
    const moved = turns || (sized && anchored[axis] !== hold)
    return [...(sized ? [axis === 0 ? 'width' : 'height'] : []), ...(moved ? [axis === 0 ? 'x' : 'y'] : [])]
  })
}

/**
 * The rotation after the pointer went from one point to another about a pivot, in steps of the field or of 15 degrees.
 * @param {number} rotation before, in degrees
 * @param {Pair} pivot
 * @param {Pair} from
 * @param {Pair} to
 * @param {{ steps?: boolean, free?: boolean }} how steps: whole 15 degrees; free: does not catch the upright angles
 * @returns {number} -180 (not included) to 180
 */
export function turnedTo(rotation, pivot, from, to, how = {}) {
  const swing = Math.atan2(to[1] - pivot[1], to[0] - pivot[0]) - Math.atan2(from[1] - pivot[1], from[0] - pivot[0])
  const wanted = rotation + (swing * 180) / Math.PI
  if (how.steps) return around(Math.round(wanted / TURN_STEP_DEG) * TURN_STEP_DEG)
  const upright = Math.round(wanted / 90) * 90
  if (!how.free && Math.abs(wanted - upright) <= UPRIGHT_WITHIN_DEG) return around(upright)
  return around(stepped(wanted, NUMBERS.rotation.step))
}

/**
 * An angle between -180 (not included) and 180 degrees.
 * @param {number} degrees
 * @returns {number}
 */
export function around(degrees) {
  const rest = (((degrees % 360) + 360) % 360) + 0
  return rest > 180 ? rest - 360 : rest
}

/**
 * What the fields hold for a box.
 * @param {Box} box
 * @param {string} anchor
 * @param {Pair} canvas
 * @param {boolean} exact to the pixel (three decimals) and not to the step of the fields
 * @returns {{ x: number, y: number, width: number, height: number }}
 */
export function fields(box, anchor, canvas, exact = false) {
  const percent = percents(box, anchor, ...canvas)
  const put = (/** @type {'x' | 'y' | 'width' | 'height'} */ name) => {
    const { low, high, step } = NUMBERS[name]
    return Math.min(Math.max(stepped(percent[name], exact ? EXACT_STEP : step), low), high)
  }
  return { x: put('x'), y: put('y'), width: put('width'), height: put('height') }
}

/**
 * @param {number} value
 * @param {number} step
 */
function stepped(value, step) {
  const decimals = Math.max(Math.ceil(-Math.log10(step)), 0)
  return Number((Math.round(value / step) * step).toFixed(decimals)) + 0
}
