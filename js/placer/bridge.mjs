// @ts-check
/** The only reader and writer of the node's fields; what else the editor has to know of ComfyUI is here as well. */
import { ANCHORS } from '../lib/placement.mjs'
import { originOf, letteringOf, photoOf, settingOf } from '../lib/source.mjs'

/**
 * @typedef {object} Values
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {string} anchor
 * @property {number} rotation
 * @property {boolean} keep_aspect
 * @property {number} opacity
 * @property {string} blend
 * @property {string} edited
 */
/** The fields that a box is made of. */
export const BOX_FIELDS = /** @type {const} */ (['x', 'y', 'width', 'height', 'anchor'])

/** @type {Values} */
const DEFAULTS = {
  x: 50,
  y: 16,
  width: 84,
  height: 22,
  anchor: 'center',
  rotation: 0,
  keep_aspect: true,
  opacity: 1,
  blend: 'normal',
  edited: '',
}
const SENT = [...Object.keys(DEFAULTS), 'text', 'safe_zone', 'legibility']
const OUTPUT = 'fit_ad_place'

export class Bridge {
  /**
   * @param {any} node
   * @param {any} app
   */
  constructor(node, app) {
    this.node = node
    this.app = app
    /** @type {{ token: string, photo: string } | null} */
    this.run = null
    this.lost = ''
  }

  /** What the fields hold; one with an odd value counts as its default. @returns {Values} */
  read() {
    const values = /** @type {Record<string, unknown>} */ ({})
    for (const [name, fallback] of Object.entries(DEFAULTS)) {
      const { value } = settingOf(this.node, name)
      values[name] = sound(value, fallback) && (name !== 'anchor' || ANCHORS.includes(String(value))) ? value : fallback
    }
    return /** @type {Values} */ (values)
  }

  /**
   * Put values into the fields as if they had been typed. Fields fed by another node are left alone.
   * @param {Partial<Values>} values
   */
  write(values) {
    for (const [name, value] of Object.entries(values)) {
      const { widget, linked } = settingOf(this.node, name)
      if (linked || !widget || widget.value === value) continue
      widget.value = value
      widget.callback?.(value, this.app.canvas, this.node)
      // A number field's callback rounds to its step; a nudge of one pixel is finer than that.
      if (widget.value !== value) widget.value = value
    }
    this.node.graph?.setDirtyCanvas?.(true, false)
  }

  /** Whether a field can be written: its value does not come from another node. @param {string} name */
  writable(name) {
    return !settingOf(this.node, name).linked
  }

  /** Let the graph's own undo know that a change is complete. */
  commit() {
    const tracker = this.app.extensionManager?.workflow?.activeWorkflow?.changeTracker
    if (tracker?.captureCanvasState) tracker.captureCanvasState()
    else tracker?.checkState?.()
  }

  /** Whether a layout is connected. */
  get hasLayout() {
    return originOf(this.node, 'layout') !== null
  }

  /** All that a preview depends on, as the server is asked for it. */
  question() {
    const values = /** @type {Record<string, unknown>} */ ({ ...this.read() })
    const linked = []
    for (const name of SENT) {
      const setting = settingOf(this.node, name)
      if (setting.linked) linked.push(name)
      else if (!(name in DEFAULTS) && setting.value !== undefined) values[name] = setting.value
    }
    const photo = photoOf(this.node, 'background')
    return { token: this.token(photo), file: photo, lettering: letteringOf(this.node, 'overlay'), inputs: values, linked }
  }

  /**
   * The token of the last run; null when there is none, or the photo was changed since.
   * @param {unknown} photo
   */
  token(photo) {
    if (!this.run) this.learn(this.app.nodeOutputs?.[this.locator()])
    if (!this.run) return null
    return photo && JSON.stringify(photo) !== this.run.photo ? null : this.run.token
  }

  /**
   * Take the token from what a run put out; anything else changes nothing.
   * @param {any} output
   */
  learn(output) {
    const token = output?.[OUTPUT]?.[0]?.token
    if (typeof token !== 'string' || token === this.lost) return
    this.run = { token, photo: JSON.stringify(photoOf(this.node, 'background')) }
  }

  /** The server no longer keeps the run. */
  forget() {
    this.lost = this.run?.token ?? ''
    this.run = null
  }

  /** The name under which outputs of this node are kept. */
  locator() {
    const graph = this.node.graph
    const nested = graph?.rootGraph && graph.rootGraph !== graph
    return nested ? `${graph.id}:${this.node.id}` : String(this.node.id)
  }

  /** The language of the user interface. @returns {unknown} */
  get locale() {
    return this.app.extensionManager?.setting?.get?.('Comfy.Locale') ?? this.app.ui?.settings?.getSettingValue?.('Comfy.Locale')
  }
}

/**
 * @param {unknown} value
 * @param {unknown} like
 */
function sound(value, like) {
  return typeof value === typeof like && (typeof value !== 'number' || Number.isFinite(value))
}
