// @ts-check
/** Shows an editor's state in its elements. */
import { make, write } from '../elements.mjs'
import { inkBox, middle, turned } from '../lib/gestures.mjs'
import { frame } from '../lib/placement.mjs'
import { MOST_CUT } from '../lib/placement_fields.mjs'
import { BOX_FIELDS } from './bridge.mjs'
import { icon } from './view.mjs'

/** @typedef {import('./exact.mjs').Reply} Reply */
/** @typedef {import('./editor.mjs').Editor} Editor */
/** @typedef {import('../lib/placement.mjs').Box} Box */
/** @typedef {[number, number]} Pair */

const LEAST_UNIT = 0.5
const MOST_UNIT = 2.2
const SAME_PERCENT = 0.15
/** The fields that the editor changes. */
const CHANGED = [...BOX_FIELDS, 'rotation', 'keep_aspect']

export class Screen {
  /**
   * @param {import('./view.mjs').View} view
   * @param {import('../lib/labels.mjs').Labels} labels
   */
  constructor(view, labels) {
    this.view = view
    this.labels = labels
    this.exactVisible = false
    this.drawnAt = 1
    /** @type {Promise<unknown>} */
    this.loading = Promise.resolve()
  }

  /** Width and height of the stage in its own px. @returns {Pair} */
  get size() {
    const { stage } = this.view
    return [Math.max(stage.clientWidth, 1), Math.max(stage.clientHeight, 1)]
  }

  /** Screen px per px of the stage: the graph is zoomed as a whole. */
  get magnification() {
    const { stage } = this.view
    return stage.offsetWidth ? stage.getBoundingClientRect().width / stage.offsetWidth || 1 : 1
  }

  /** Size of a screen px in stage px, within reason, so that handles keep their size while the graph is zoomed. */
  get unit() {
    return Math.min(Math.max(1 / this.magnification, LEAST_UNIT), MOST_UNIT)
  }

  /** Whether any of it can be seen. */
  get seen() {
    const { root } = this.view
    return root.isConnected && root.getClientRects().length > 0
  }

  zoomChanged() {
    return Math.abs(this.magnification - this.drawnAt) > 0.01
  }

  /**
   * A point of the page in px of the stage.
   * @param {{ clientX: number, clientY: number }} event
   * @returns {Pair}
   */
  onStage(event) {
    const bounds = this.view.stage.getBoundingClientRect()
    return [(event.clientX - bounds.left) / this.magnification, (event.clientY - bounds.top) / this.magnification]
  }

  /**
   * Bring the pictures of a reply to the page, decoded, so that nothing flickers, and in the order of the replies.
   * @param {Reply} reply
   * @param {() => boolean} current whether it still answers the last question
   * @returns {Promise<boolean>} whether the exact picture is shown
   */
  load(reply, current) {
    const loaded = this.loading.then(() => this.loadNow(reply, current))
    this.loading = loaded.catch(() => {})
    return loaded
  }

  /**
   * @param {Reply} reply
   * @param {() => boolean} current
   */
  async loadNow(reply, current) {
    const { background, overlay, exact } = this.view
    await Promise.all([reply.image, reply.background.image, reply.overlay?.image].map(decoded))
    if (reply.background.image) background.src = reply.background.image
    if (reply.overlay?.image) overlay.src = reply.overlay.image
    if (!reply.overlay) overlay.removeAttribute('src')
    if (!current()) return false
    exact.src = reply.image
    return true
  }

  /** Show a message over the stage; '' takes it away. @param {string} message */
  say(message) {
    if (this.view.hint.textContent !== message) this.view.hint.textContent = message
  }

  /** @param {string} words for a screen reader */
  speak(words) {
    this.view.live.textContent = words
  }

  /** @param {Editor} editor */
  draw(editor) {
    if (!this.seen) return
    const { reply, shot } = editor
    this.drawnAt = this.magnification
    this.drawBar(editor)
    this.view.root.toggleAttribute('data-picture', reply !== null)
    const dragging = editor.pointer.part
    if (dragging) this.view.root.dataset.dragging = dragging
    else delete this.view.root.dataset.dragging
    this.view.world.style.display = this.view.marks.element.style.display = reply ? '' : 'none'
    if (!reply) return
    const [box, scene] = [editor.box, editor.scene]
    const ink = inkBox(box, editor.wear, scene)
    this.drawWorld(editor, ink)
    const pivot = middle(ink)
    const { rotation } = editor.values
    const ghosts = reply.ghosts.map((ghost, index) => ({ ...ghost, index, box: percentBox(ghost.box, reply.canvas) }))
    this.view.marks.draw({
      ...shot,
      canvas: reply.canvas,
      stage: this.size,
      unit: this.unit,
      box,
      ink,
      pivot,
      rotation,
      free: scene.free,
      ghosts: ghosts.filter((ghost) => !alike(ghost.box, box, reply.canvas)),
      guides: editor.guides,
      inert: (part) => editor.inert(part),
    })
    this.drawBadge(editor, box, pivot)
  }

  /**
   * @param {Editor} editor
   * @param {Box} ink in px of the finished picture
   */
  drawWorld({ values, canvas, shot }, ink) {
    const { world, overlay, exact, background } = this.view
    const { origin, scale } = shot
    Object.assign(world.style, {
      left: `${origin[0]}px`,
      top: `${origin[1]}px`,
      width: `${canvas[0] * scale}px`,
      height: `${canvas[1] * scale}px`,
    })
    exact.style.visibility = this.exactVisible ? '' : 'hidden'
    overlay.style.visibility = background.style.visibility = this.exactVisible ? 'hidden' : ''
    const natural = [overlay.naturalWidth || 1, overlay.naturalHeight || 1]
    const [x, y] = middle(ink).map((value) => value * scale)
    const size = [(ink.width * scale) / natural[0], (ink.height * scale) / natural[1]]
    overlay.style.transform =
      `translate(${x}px,${y}px) rotate(${values.rotation}deg) scale(${size[0]},${size[1]}) ` +
      `translate(${-natural[0] / 2}px,${-natural[1] / 2}px)`
    overlay.style.opacity = String(values.opacity)
    overlay.style.mixBlendMode = values.blend
  }

  /**
   * What is being changed, in figures, below the frame.
   * @param {Editor} editor
   * @param {Box} box
   * @param {Pair} pivot
   */
  drawBadge({ values, pointer, shot }, box, pivot) {
    const { badge } = this.view
    badge.textContent = figures(pointer.part, values)
    const corners = [[box.x, box.y], [box.x + box.width, box.y], [box.x, box.y + box.height], [box.x + box.width, box.y + box.height]]
    const seen = corners.map((corner) => turned(/** @type {Pair} */ (corner), values.rotation, pivot))
    const sides = seen.map(([x]) => x)
    const middleX = shot.origin[0] + ((Math.min(...sides) + Math.max(...sides)) / 2) * shot.scale
    const below = shot.origin[1] + Math.max(...seen.map(([, y]) => y)) * shot.scale + 10 * this.unit
    const [width, height] = this.size
    const room = 24 * this.unit
    const y = Math.min(Math.max(below, 4), height - room)
    const x = Math.min(Math.max(middleX, 60 * this.unit), width - 60 * this.unit)
    badge.style.transform = `translate(${x}px,${y}px) scale(${this.unit}) translate(-50%,0)`
    badge.style.transformOrigin = '0 0'
  }

  /** @param {Editor} editor */
  drawBar({ history, values, camera, reply, bridge }) {
    const { undo, redo, lock, zoomFit, notice, centerX, centerY } = this.view
    this.enable(undo, history.canUndo)
    this.enable(redo, history.canRedo)
    this.drawHelp(bridge)
    lock.setAttribute('aria-pressed', String(values.keep_aspect))
    lock.disabled = !bridge.writable('keep_aspect')
    centerX.disabled = !reply || !bridge.writable('x')
    centerY.disabled = !reply || !bridge.writable('y')
    zoomFit.textContent = `${Math.round(camera.zoom * 100)}%`
    notice.hidden = !reply?.stale
    this.drawPages(bridge)
    this.drawContrast(reply?.report)
  }

  /**
   * A button that goes dead hands the focus on: the keys stay with the editor.
   * @param {HTMLButtonElement} button
   * @param {boolean} on
   */
  enable(button, on) {
    if (!on && document.activeElement === button) this.view.stage.focus({ preventScroll: true })
    button.disabled = !on
  }

  /** Which fields other nodes feed is part of the help. @param {Editor['bridge']} bridge */
  drawHelp({ linked }) {
    const { help } = this.view
    const fed = CHANGED.filter((name) => linked.includes(name))
    const words = fed.length ? `${this.labels.help} ${this.labels.linked}: ${fed.join(', ')}.` : this.labels.help
    if (help.textContent !== words) help.textContent = words
  }

  /** @param {Editor['bridge']} bridge */
  drawPages({ pictures, shown }) {
    const { pages, page } = this.view
    pages.hidden = pictures.length < 2
    write(page, `${shown + 1} / ${pictures.length}`)
  }

  /** The contrast is that of the exact picture, and is told only while that is shown. @param {any} report */
  drawContrast(report) {
    const { contrast } = this.view
    contrast.style.visibility = this.exactVisible ? '' : 'hidden'
    const { contrast: ratio, legible, required } = report ?? {}
    const cut = Number(report?.cut) > MOST_CUT
    contrast.hidden = typeof ratio !== 'number' && !cut
    const state = JSON.stringify([ratio, legible, required, cut])
    if (contrast.hidden || contrast.dataset.state === state) return
    contrast.dataset.state = state
    const good = Boolean(legible) && !cut
    contrast.dataset.legible = String(good)
    const words = cut ? this.labels.cut : legible ? this.labels.pass : this.labels.fail
    const figures = typeof ratio === 'number' ? [make('span', '', [`${ratio.toFixed(1)}:1`])] : []
    contrast.replaceChildren(icon(good ? 'pass' : 'fail'), ...figures, make('span', 'fit-ad-word', [words]))
    const told = figures.length ? `${this.labels.contrast} ${ratio.toFixed(2)}:1, ${this.labels.required} ${required}:1` : ''
    contrast.title = [cut ? this.labels.cutMore : '', told].filter(Boolean).join('. ')
  }
}

/**
 * @param {string} part what is dragged
 * @param {import('./bridge.mjs').Values} values
 */
function figures(part, values) {
  if (part === 'turn') return `${values.rotation}°`
  if (part === 'frame') return `${values.x.toFixed(1)}, ${values.y.toFixed(1)} %`
  return part.startsWith('handle') ? `${values.width.toFixed(1)} × ${values.height.toFixed(1)} %` : ''
}

/**
 * @param {number[]} box percent, from the top left corner
 * @param {Pair} canvas
 */
function percentBox([x, y, width, height], canvas) {
  return frame({ x, y, width, height, anchor: 'top-left' }, ...canvas)
}

/**
 * @param {Box} one
 * @param {Box} other
 * @param {Pair} canvas
 */
function alike(one, other, canvas) {
  const far = /** @type {const} */ (['x', 'y', 'width', 'height']).map((side) => Math.abs(one[side] - other[side]))
  return Math.max(...far) < (Math.max(...canvas) * SAME_PERCENT) / 100
}

/** @param {string | undefined} url */
async function decoded(url) {
  if (!url) return
  const image = new Image()
  image.src = url
  await image.decode().catch(() => {})
}
