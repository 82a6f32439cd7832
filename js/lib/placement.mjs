// @ts-check
/**
 * Where an overlay goes: the geometry of a placement, in percent of the picture and in pixels.
 *
 * Twin of core/placement/geometry.py; tests/goldens/placement.json holds both to the same figures. Whole pixels are for what is
 * rendered, and that is Python's.
 */

/**
 * A rectangle; origin top left, x to the right, y down. The unit is the caller's.
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 */
/**
 * x and y are where the anchor point of the box is; all four in percent of the picture.
 * @typedef {{ x: number, y: number, width: number, height: number, anchor: string }} Placement
 */
/** A frame that words stay out of, in percent. @typedef {{ top: number, right: number, bottom: number, left: number }} KeepOut */

/**
 * Where an anchor is in a box: 0 = left or top, 0.5 = middle, 1 = right or bottom.
 * @param {string} anchor
 * @returns {[number, number]}
 */
export function shares(anchor) {
  const across = anchor.includes('left') ? 0 : anchor.includes('right') ? 1 : 0.5
  return [across, anchor.includes('top') ? 0 : anchor.includes('bottom') ? 1 : 0.5]
}

/**
 * The box of a placement in px of a picture of that size.
 * @param {Placement} placement
 * @param {number} widthPx
 * @param {number} heightPx
 * @returns {Box}
 */
export function frame(placement, widthPx, heightPx) {
  const [across, down] = shares(placement.anchor)
  const width = (placement.width / 100) * widthPx
  const height = (placement.height / 100) * heightPx
  const x = (placement.x / 100) * widthPx - across * width
  return { x, y: (placement.y / 100) * heightPx - down * height, width, height }
}

/**
 * x, y (of the anchor point), width and height in percent for a box in px: the inverse of `frame`.
 * @param {Box} box
 * @param {string} anchor
 * @param {number} widthPx
 * @param {number} heightPx
 * @returns {Placement}
 */
export function percents(box, anchor, widthPx, heightPx) {
  const [across, down] = shares(anchor)
  return {
    x: ((box.x + across * box.width) / widthPx) * 100,
    y: ((box.y + down * box.height) / heightPx) * 100,
    width: (box.width / widthPx) * 100,
    height: (box.height / heightPx) * 100,
    anchor,
  }
}

/**
 * Where an overlay of that size goes: fitted into the box, or stretched to it.
 * @param {Box} box
 * @param {string} anchor
 * @param {[number, number]} size
 * @param {boolean} keepAspect
 * @returns {Box}
 */
export function fitted(box, anchor, size, keepAspect) {
  if (!keepAspect) return box
  const factor = Math.min(box.width / size[0], box.height / size[1])
  return aligned(box, anchor, [size[0] * factor, size[1] * factor])
}

/**
 * A rectangle of that size at the side of the box that the anchor names.
 * @param {Box} box
 * @param {string} anchor
 * @param {[number, number]} size
 * @returns {Box}
 */
export function aligned(box, anchor, [width, height]) {
  const [across, down] = shares(anchor)
  return { x: box.x + across * (box.width - width), y: box.y + down * (box.height - height), width, height }
}

/**
 * What a keep-out frame leaves free, in whole pixels that lie inside.
 * @param {KeepOut} keepOut
 * @param {number} widthPx
 * @param {number} heightPx
 * @returns {Box}
 */
export function freeBox(keepOut, widthPx, heightPx) {
  const left = Math.ceil((keepOut.left / 100) * widthPx)
  const top = Math.ceil((keepOut.top / 100) * heightPx)
  const right = Math.floor(widthPx - (keepOut.right / 100) * widthPx)
  const bottom = Math.floor(heightPx - (keepOut.bottom / 100) * heightPx)
  return { x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) }
}

/**
 * The box moved into `free`, and cut down where it is larger.
 * @param {Box} box
 * @param {Box} free
 * @returns {Box}
 */
export function into(box, free) {
  const width = Math.min(box.width, free.width)
  const height = Math.min(box.height, free.height)
  return movedInto({ x: box.x, y: box.y, width, height }, free)
}

/**
 * The box moved so that it lies in `free`; it must not be larger.
 * @param {Box} box
 * @param {Box} free
 * @returns {Box}
 */
export function movedInto(box, free) {
  const x = Math.min(Math.max(box.x, free.x), free.x + free.width - box.width)
  const y = Math.min(Math.max(box.y, free.y), free.y + free.height - box.height)
  return { x, y, width: box.width, height: box.height }
}

/**
 * Width and height of the upright rectangle around one of that size that is turned.
 * @param {[number, number]} size
 * @param {number} rotationDeg
 * @returns {[number, number]}
 */
export function turnedExtent([width, height], rotationDeg) {
  const cos = Math.abs(Math.cos((rotationDeg * Math.PI) / 180))
  const sin = Math.abs(Math.sin((rotationDeg * Math.PI) / 180))
  return [width * cos + height * sin, width * sin + height * cos]
}

/**
 * A rectangle moved, and shrunk about its middle where it must be, so that turned it lies in `free`.
 * @param {Box} box
 * @param {number} rotationDeg
 * @param {Box} free
 * @returns {Box}
 */
export function turnedInto(box, rotationDeg, free) {
  const around = turnedExtent([box.width, box.height], rotationDeg)
  const factor = Math.min(1, free.width / around[0], free.height / around[1])
  const [width, height] = [around[0] * factor, around[1] * factor]
  const outer = { x: box.x + box.width / 2 - width / 2, y: box.y + box.height / 2 - height / 2, width, height }
  const inside = movedInto(outer, free)
  const size = [box.width * factor, box.height * factor]
  return {
    x: inside.x + (width - size[0]) / 2,
    y: inside.y + (height - size[1]) / 2,
    width: size[0],
    height: size[1],
  }
}
