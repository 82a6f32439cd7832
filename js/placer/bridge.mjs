// @ts-check
/** The only reader and writer of the node's fields; what else the editor has to know of ComfyUI is here as well. */
import { capture, localeOf } from '../hooks.mjs'
import { ANCHORS, DEFAULTS as PLACEMENT_DEFAULTS } from '../lib/placement_fields.mjs'
import { connected, letteringOf, photoOf, settingOf } from '../lib/source.mjs'

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
const DEFAULTS = { ...PLACEMENT_DEFAULTS, edited: '' }
const SENT = [...Object.keys(DEFAULTS), 'text', 'safe_zone', 'legibility']
/** What a run brought counts only while its link is there. */
const BROUGHT = ['overlay', 'layout', 'subject_mask']
const OUTPUT = 'fit_ad_place'

export class Bridge {
  /**
   * @param {any} node
   * @param {any} app
   */
  constructor(node, app) {
    this.node = node
    this.app = app
    /** The latest run that the server keeps. */
    this.run = ''
    this.lost = ''
    /** What the server took for the fields that other nodes feed. @type {Record<string, unknown>} */
    this.used = {}
  }

  /** What the fields hold, or what other nodes feed them; one with an odd value counts as its default. @returns {Values} */
  read() {
    const values = /** @type {Record<string, unknown>} */ ({})
    for (const [name, fallback] of Object.entries(DEFAULTS)) {
      const setting = settingOf(this.node, name)
      const value = setting.linked ? this.used[name] : setting.value
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

  /** The names of the fields whose values come from other nodes. @returns {string[]} */
  get linked() {
    return SENT.filter((name) => !this.writable(name))
  }

  /** Let the graph's own undo know that a change is complete. */
  commit() {
    capture(this.app)
  }

  /** Whether a layout is connected. */
  get hasLayout() {
    return connected(this.node, 'layout')
  }

  /** All that a preview depends on, as the server is asked for it. */
  question() {
    const values = /** @type {Record<string, unknown>} */ ({ ...this.read() })
    const { linked } = this
    for (const name of SENT) {
      const { value } = settingOf(this.node, name)
      if (linked.includes(name)) delete values[name]
      else if (!(name in DEFAULTS) && value !== undefined) values[name] = value
    }
    return {
      token: this.token(),
      file: photoOf(this.node, 'background'),
      lettering: letteringOf(this.node, 'overlay'),
      inputs: values,
      linked,
      connected: BROUGHT.filter((name) => connected(this.node, name)),
    }
  }

  /** The token of the last run; null when there is none. Whether its photo is still the one is the server's to tell. */
  token() {
    if (!this.run) this.learn(this.app.nodeOutputs?.[this.locator()])
    return this.run || null
  }

  /**
   * Take the token from what a run put out; anything else changes nothing.
   * @param {any} output
   */
  learn(output) {
    const token = output?.[OUTPUT]?.[0]?.token
    if (typeof token !== 'string' || token === this.lost) return
    this.run = token
  }

  /** The server no longer keeps the run. */
  forget() {
    this.lost = this.run
    this.run = ''
  }

  /** The name under which outputs of this node are kept. */
  locator() {
    const graph = this.node.graph
    const nested = graph?.rootGraph && graph.rootGraph !== graph
    return nested ? `${graph.id}:${this.node.id}` : String(this.node.id)
  }

  /** The language of the user interface. @returns {unknown} */
  get locale() {
    return localeOf(this.app)
  }
}

/**
 * @param {unknown} value
 * @param {unknown} like
 */
function sound(value, like) {
  return typeof value === typeof like && (typeof value !== 'number' || Number.isFinite(value))
}
