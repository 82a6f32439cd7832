// @ts-check
/** Which part of the picture the stage shows. The stage is measured in its own px, the picture in its own. */

/** @typedef {[number, number]} Pair */
/** Zoom 1 fits the picture; pan is how far its middle is from the stage's. @typedef {{ zoom: number, pan: Pair }} Camera */
/** Where the picture is: its corner, and stage px per px of the picture. @typedef {{ origin: Pair, scale: number }} Shot */

export const FIT = Object.freeze({ zoom: 1, pan: /** @type {Pair} */ ([0, 0]) })
export const MOST_ZOOM = 16
const LEAST_ZOOM = 0.5
const PADDING = 18

/**
 * Where the picture is seen.
 * @param {Camera} camera
 * @param {Pair} stage
 * @param {Pair} canvas
 * @returns {Shot}
 */
export function shot(camera, stage, canvas) {
  const scale = fitting(stage, canvas) * camera.zoom
  const origin = /** @type {Pair} */ ([0, 1].map((i) => (stage[i] - canvas[i] * scale) / 2 + camera.pan[i]))
  return { origin, scale }
}

/**
 * The camera after a zoom that keeps the point under the pointer where it is.
 * @param {Camera} camera
 * @param {number} factor
 * @param {Pair} point on the stage
 * @param {Pair} stage
 * @param {Pair} canvas
 * @returns {Camera}
 */
export function zoomed(camera, factor, point, stage, canvas) {
  let zoom = Math.min(Math.max(camera.zoom * factor, LEAST_ZOOM), MOST_ZOOM)
  if (Math.abs(zoom - 1) < 0.02) zoom = 1
  const grows = zoom / camera.zoom
  const pan = /** @type {Pair} */ (
    [0, 1].map((i) => {
      const from = point[i] - stage[i] / 2
      return from - (from - camera.pan[i]) * grows
    })
  )
  return panned({ zoom, pan }, [0, 0], stage, canvas)
}

/**
 * The camera moved, as far as the picture stays in view.
 * @param {Camera} camera
 * @param {Pair} by
 * @param {Pair} stage
 * @param {Pair} canvas
 * @returns {Camera}
 */
export function panned(camera, by, stage, canvas) {
  const scale = fitting(stage, canvas) * camera.zoom
  const pan = /** @type {Pair} */ (
    [0, 1].map((i) => {
      const spare = Math.max((canvas[i] * scale - stage[i]) / 2 + PADDING, 0)
      return Math.min(Math.max(camera.pan[i] + by[i], -spare), spare) + 0
    })
  )
  return camera.zoom <= 1 ? { zoom: camera.zoom, pan: [0, 0] } : { zoom: camera.zoom, pan }
}

/**
 * @param {Pair} stage
 * @param {Pair} canvas
 */
function fitting(stage, canvas) {
  return Math.max(Math.min((stage[0] - 2 * PADDING) / canvas[0], (stage[1] - 2 * PADDING) / canvas[1]), 1e-4)
}
