// @ts-check
/** Written by `make.py generate` from core/placement/fields.py: change that. */

export const NUMBERS = Object.freeze({
  x: { low: -100, high: 200, step: 0.1 },
  y: { low: -100, high: 200, step: 0.1 },
  width: { low: 0.1, high: 300, step: 0.1 },
  height: { low: 0.1, high: 300, step: 0.1 },
  rotation: { low: -360, high: 360, step: 0.5 },
  opacity: { low: 0, high: 1, step: 0.01 },
})

export const DEFAULTS = Object.freeze({ x: 50, y: 16, width: 84, height: 22, rotation: 0, opacity: 1, anchor: 'center', blend: 'normal', keep_aspect: true })

export const ANCHORS = Object.freeze(['top-left', 'top', 'top-right', 'left', 'center', 'right', 'bottom-left', 'bottom', 'bottom-right'])

export const MOST_CUT = 0.002
