// @ts-check
/** Pointer and wheel on the stage: drag, resize, turn, suggested places, pan and zoom. */
import { HANDLES, cutBack, inkBox, kept, middle, pinned, resized, turned, turnedTo } from '../lib/gestures.mjs'
import { turnedExtent } from '../lib/placement.mjs'
import { caughtMoving, caughtResizing, guidesOf, linesOf } from '../lib/snapping.mjs'

/** @typedef {import('./editor.mjs').Editor} Editor */
/** @typedef {import('../lib/placement.mjs').Box} Box */
/** @typedef {[number, number]} Pair */
/** @typedef {{ shiftKey: boolean, altKey: boolean, ctrlKey: boolean, metaKey: boolean }} Modifiers */
/**
 * What was there when a drag began; points in px of the finished picture, but `screen` in px of the stage.
 * @typedef {object} Start
 * @property {number} id of the pointer
 * @property {Pair} screen
 * @property {Pair} from
 * @property {Pair} to the latest
 * @property {Box} box
 * @property {Box} ink
 * @property {import('./editor.mjs').Snapshot} before
 * @property {boolean} moved far enough to count as a drag
 */

const SNAP_PX = 6
const STARTS_AT_PX = 2
const WHEEL = { capture: true, passive: false }
const WHEEL_ZOOM = 0.0022

export class Pointer {
  /** @param {Editor} editor */
  constructor(editor) {
    this.editor = editor
    /** What is dragged: `frame`, `handle:se` …, `turn`, `pan`; '' for nothing. */
    this.part = ''
    /** @type {Start | null} */
    this.start = null
    const { stage } = editor.view
    stage.addEventListener('pointerdown', (event) => this.down(event))
    stage.addEventListener('pointermove', (event) => this.move(event))
    stage.addEventListener('pointerup', (event) => this.up(event))
    stage.addEventListener('pointercancel', () => this.cancel())
    stage.addEventListener('click', (event) => this.click(event))
    stage.addEventListener('lostpointercapture', () => this.start && this.cancel())
    // The graph takes the wheel before it gets here, so it is listened to from the top while the pointer is inside.
    this.onWheel = (/** @type {WheelEvent} */ event) => {
      if (stage.contains(/** @type {Node} */ (event.target))) this.wheel(event)
    }
    stage.addEventListener('pointerenter', () => window.addEventListener('wheel', this.onWheel, WHEEL))
    stage.addEventListener('pointerleave', () => window.removeEventListener('wheel', this.onWheel, WHEEL))
  }

  /** The node is gone: a drag ends where it is, and no field is touched any more. */
  stop() {
    const { start, editor } = this
    if (start?.moved) editor.history.add(start.before, editor.snapshot)
    if (start) this.end()
    window.removeEventListener('wheel', this.onWheel, WHEEL)
  }

  get busy() {
    return this.start !== null
  }

  /** @param {PointerEvent} event */
  down(event) {
    const target = /** @type {Element} */ (event.target)
    if (target.closest('button')) return event.stopPropagation()
    const zoomedIn = this.editor.camera.zoom > 1
    if (event.button === 1 && !zoomedIn) return this.hand('processMouseDown', event)
    if (event.button > 1 || !this.editor.reply) return
    event.stopPropagation()
    this.editor.view.stage.focus({ preventScroll: true })
    if (this.busy) return
    const part = event.button === 1 ? null : /** @type {HTMLElement | null} */ (target.closest('[data-part]'))
    const name = part?.dataset.part ?? (zoomedIn ? 'pan' : '')
    if (this.editor.inert(name)) return this.editor.refuse()
    if (name.startsWith('ghost:')) return this.editor.takeGhost(Number(name.slice(6)))
    if (name) this.begin(event, name)
  }

  /** A click without a pointer: an assistive tool's on a suggested place. @param {MouseEvent} event */
  click(event) {
    if (event.detail > 0) return
    const part = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-part]'))
    if (part?.dataset.part?.startsWith('ghost:')) this.editor.takeGhost(Number(part.dataset.part.slice(6)))
  }

  /**
   * @param {PointerEvent} event
   * @param {string} name
   */
  begin(event, name) {
    const { editor } = this
    const { box } = editor
    const screen = editor.screen.onStage(event)
    const from = this.onCanvas(screen)
    const ink = inkBox(box, editor.wear, editor.scene)
    this.start = { id: event.pointerId, screen, from, to: from, box, ink, before: editor.snapshot, moved: false }
    this.part = name
    editor.view.stage.setPointerCapture(event.pointerId)
    editor.draw()
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { start, editor } = this
    if (!start || event.pointerId !== start.id) return
    event.stopPropagation()
    const screen = editor.screen.onStage(event)
    if (this.part === 'pan') {
      editor.pan([screen[0] - start.screen[0], screen[1] - start.screen[1]])
      start.screen = screen
      return
    }
    const way = Math.hypot(screen[0] - start.screen[0], screen[1] - start.screen[1])
    if (!start.moved && way < STARTS_AT_PX * editor.screen.unit) return
    start.moved = true
    start.to = this.onCanvas(screen)
    this.drag(event)
  }

  /** Go on with the drag with other modifier keys. @param {Modifiers} keys */
  drag(keys) {
    const { start } = this
    if (!start?.moved) return
    if (this.part === 'frame') this.dragFrame(start, keys)
    else if (this.part === 'turn') this.dragTurn(start, keys)
    else if (this.part.startsWith('handle:')) this.dragHandle(start, this.part.slice(7), keys)
  }

  /** @param {PointerEvent} event */
  up(event) {
    const { start } = this
    if (!start || event.pointerId !== start.id) return
    event.stopPropagation()
    this.end()
    if (start.moved) this.editor.finish(start.before)
  }

  /** Everything is as it was before the drag. */
  cancel() {
    const { start } = this
    this.end()
    if (start?.moved) this.editor.restore(start.before)
  }

  end() {
    const { start, editor } = this
    this.start = null
    this.part = ''
    editor.guides = []
    if (start && editor.view.stage.hasPointerCapture(start.id)) editor.view.stage.releasePointerCapture(start.id)
    editor.draw()
  }

  // --- the three drags ----------------------------------------------------------------------------------------

  /**
   * @param {Start} start
   * @param {Modifiers} keys
   */
  dragFrame(start, keys) {
    const { editor } = this
    const open = [editor.bridge.writable('x'), editor.bridge.writable('y')]
    const pulled = /** @type {Pair} */ (open.map((free, i) => (free ? start.to[i] - start.from[i] : 0)))
    const way = straight(pulled, keys.shiftKey)
    const box = shifted(start.box, way)
    const lines = linesOf(editor.canvas, editor.scene.free)
    const by = keys.altKey ? [0, 0] : caughtMoving(this.seen(box), lines, this.reach)
    const free = by.map((each, i) => (!open[i] || (keys.shiftKey && way[i] === 0) ? 0 : each))
    const there = kept(shifted(box, /** @type {Pair} */ (free)), editor.values.rotation, editor.scene.free)
    const guides = keys.altKey ? [] : guidesOf(this.seen(there), lines)
    editor.place(there, { exact: guides.length > 0, guides })
  }

  /**
   * What lines catch: the ink and its box, or the upright rectangle around turned ink.
   * @param {Box} box
   */
  seen(box) {
    const { wear, scene } = this.editor
    const ink = inkBox(box, wear, scene)
    return wear.rotation % 360 === 0 ? [ink, box] : [upright(ink, wear.rotation)]
  }

  /**
   * @param {Start} start
   * @param {string} handle
   * @param {Modifiers} keys
   */
  dragHandle(start, handle, keys) {
    const { editor } = this
    const { wear, scene } = editor
    const corner = HANDLES[handle].every((side) => side !== 0)
    const wished = corner ? wear.keepAspect !== keys.shiftKey : keys.shiftKey
    const wishes = { proportional: wished, centred: keys.ctrlKey || keys.metaKey }
    const how = editor.inert(`handle:${handle}`, wishes) ? { proportional: false, centred: false } : wishes
    const { proportional } = how
    const way = turned([start.to[0] - start.from[0], start.to[1] - start.from[1]], -wear.rotation)
    const snaps = !keys.altKey && wear.rotation % 360 === 0
    const caught = snaps ? this.caught(start.box, handle, way, how) : { way, lead: undefined }
    const box = resized(start.box, handle, caught.way, { ...how, lead: caught.lead })
    const inside = cutBack(start.box, pinned(start.box, box, handle, wear, scene), wear, scene.free, proportional)
    const guides = snaps ? guidesOf([inside], linesOf(editor.canvas, scene.free)).filter((guide) => moves(guide, handle)) : []
    editor.place(inside, { exact: guides.length > 0, guides })
  }

  /**
   * The way of a resize after the lines have caught it.
   * @param {Box} box
   * @param {string} handle
   * @param {Pair} way
   * @param {{ proportional: boolean, centred: boolean }} how
   * @returns {{ way: Pair, lead: 'x' | 'y' | undefined }}
   */
  caught(box, handle, way, how) {
    const { editor } = this
    const raw = resized(box, handle, way, how)
    const by = caughtResizing(raw, handle, linesOf(editor.canvas, editor.scene.free), this.reach)
    if (!how.proportional) return { way: [way[0] + by[0], way[1] + by[1]], lead: undefined }
    const sides = HANDLES[handle]
    const axis = by[0] !== 0 && (by[1] === 0 || Math.abs(by[0]) <= Math.abs(by[1])) ? 0 : 1
    if (by[axis] === 0 || sides[axis] === 0) return { way, lead: undefined }
    const there = /** @type {Pair} */ ([side(raw, sides, 0) - side(box, sides, 0), side(raw, sides, 1) - side(box, sides, 1)])
    there[axis] += by[axis]
    return { way: there, lead: axis === 0 ? 'x' : 'y' }
  }

  /**
   * @param {Start} start
   * @param {Modifiers} keys
   */
  dragTurn(start, keys) {
    const how = { steps: keys.shiftKey, free: keys.altKey }
    this.editor.apply({ rotation: turnedTo(start.before.rotation, middle(start.ink), start.from, start.to, how) })
  }

  // --- wheel and what goes to the graph ------------------------------------------------------------------------

  /** @param {WheelEvent} event */
  wheel(event) {
    const { editor } = this
    const point = editor.screen.onStage(event)
    if (!editor.reply || (!event.ctrlKey && !event.metaKey && editor.camera.zoom <= 1)) {
      return this.hand('processMouseWheel', event)
    }
    event.preventDefault()
    event.stopPropagation()
    if (event.ctrlKey || event.metaKey) editor.zoom(Math.exp(-event.deltaY * WHEEL_ZOOM), point)
    else editor.pan(event.shiftKey ? [-event.deltaY, 0] : [-event.deltaX, -event.deltaY])
  }

  /**
   * Leave an event to the graph. In the classic renderer the editor lies over the canvas, which would not see it.
   * @param {'processMouseDown' | 'processMouseWheel'} method
   * @param {MouseEvent} event
   */
  hand(method, event) {
    const { stage } = this.editor.view
    if (stage.closest('.dom-widget') && !stage.closest('[data-node-id]')) this.editor.app.canvas?.[method]?.(event)
  }

  /** How near a line catches, in px of the finished picture. */
  get reach() {
    return (SNAP_PX * this.editor.screen.unit) / this.editor.shot.scale
  }

  /**
   * @param {Pair} point on the stage
   * @returns {Pair}
   */
  onCanvas([x, y]) {
    const { origin, scale } = this.editor.shot
    return [(x - origin[0]) / scale, (y - origin[1]) / scale]
  }
}

/**
 * @param {Box} box
 * @param {Pair} way
 * @returns {Box}
 */
function shifted(box, way) {
  return { ...box, x: box.x + way[0], y: box.y + way[1] }
}

/**
 * The way along one axis alone, the longer one.
 * @param {Pair} way
 * @param {boolean} wanted
 * @returns {Pair}
 */
function straight(way, wanted) {
  if (!wanted) return way
  return Math.abs(way[0]) >= Math.abs(way[1]) ? [way[0], 0] : [0, way[1]]
}

/**
 * The upright rectangle around a turned one.
 * @param {Box} box
 * @param {number} rotation
 * @returns {Box}
 */
function upright(box, rotation) {
  const [width, height] = turnedExtent([box.width, box.height], rotation)
  const [x, y] = middle(box)
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/**
 * Where the side is that a handle moves.
 * @param {Box} box
 * @param {Pair} sides
 * @param {0 | 1} axis
 */
function side(box, sides, axis) {
  const [at, length] = axis === 0 ? [box.x, box.width] : [box.y, box.height]
  return at + ((sides[axis] + 1) / 2) * length
}

/**
 * @param {import('../lib/snapping.mjs').Guide} guide
 * @param {string} handle
 */
function moves(guide, handle) {
  return HANDLES[handle][guide.axis === 'x' ? 0 : 1] !== 0
}
