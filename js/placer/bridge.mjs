// @ts-check
/** The only reader and writer of the node's fields; what else the editor has to know of ComfyUI is here as well. */
import { capture, localeOf } from '../hooks.mjs'
import { UNKNOWN_PICTURE, byHand, held, isByHand, picturesOf } from '../lib/edited.mjs'
import { fields } from '../lib/gestures.mjs'
import { frame } from '../lib/placement.mjs'
import { ANCHORS, DEFAULTS as PLACEMENT_DEFAULTS } from '../lib/placement_fields.mjs'
import { connected, letteringOf, originOf, photoOf, settingOf } from '../lib/source.mjs'
import { recall, remember } from './session.mjs'

/** @typedef {import('../lib/edited.mjs').Picture} Picture */

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
const SETTLED_MS = 1500
/** The id of a graph that was never opened from a file. */
const NO_ID = '00000000-0000-0000-0000-000000000000'

export class Bridge {
  /**
   * @param {any} node
   * @param {any} app
   * @param {() => number} now the time in ms
   */
  constructor(node, app, now = () => Date.now()) {
    this.node = node
    this.app = app
    this.now = now
    /** The pictures of the latest run that the server keeps. @type {Picture[]} */
    this.pictures = []
    /** Which of them is shown. */
    this.shown = 0
    /** Tokens that the server no longer keeps. @type {Set<string>} */
    this.lost = new Set()
    /** The tab and the node, as they were seen last, and since when. */
    this.seen = { key: '', since: 0 }
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

  /** The token of the picture to show; null when there is none. Whether its photo is still the one is the server's to tell. */
  token() {
    if (!this.pictures.length) this.learn(this.app.nodeOutputs?.[this.locator()])
    if (!this.pictures.length) this.recall()
    return this.pictures[this.shown]?.token ?? null
  }

  /** Take the pictures from before a reload, also where the graph had no id of its own yet: it gets one then. */
  recall() {
    if (this.settledKey()) this.take(recall(this.key())) || this.take(recall(this.key(NO_ID)))
  }

  /**
   * Take the pictures that a run put out; anything else changes nothing.
   * @param {any} output
   */
  learn(output) {
    if (this.take(picturesOf(output?.[OUTPUT]))) remember(this.key(), this.pictures)
  }

  /**
   * @param {Picture[]} pictures
   * @returns {boolean} whether there are any
   */
  take(pictures) {
    const there = pictures.filter(({ token }) => !this.lost.has(token))
    if (!there.length) return false
    this.pictures = there
    this.shown = Math.min(this.shown, there.length - 1)
    return true
  }

  /** The server no longer keeps the picture that was to be shown. */
  forget() {
    const [gone] = this.pictures.splice(this.shown, 1)
    if (gone) this.lost.add(gone.token)
    this.shown = 0
  }

  /** Show another picture of the run. @param {number} by */
  page(by) {
    const count = this.pictures.length
    if (count) this.shown = (this.shown + by + count) % count
  }

  /** Let the layout say again where the words go, if they were only held. */
  release() {
    const { edited } = this.read()
    if (edited && (!isByHand(edited) || edited === UNKNOWN_PICTURE)) this.write({ edited: '' })
  }

  /**
   * Which node of which open workflow this is; '' where no workflow is open.
   * @param {string} [graph] the graph's id
   */
  key(graph = this.app.graph?.rootGraph?.id ?? this.app.graph?.id ?? NO_ID) {
    const path = this.app.extensionManager?.workflow?.activeWorkflow?.path
    return path ? `${path} ${graph} ${this.locator()}` : ''
  }

  /** The same, '' until it has been so for a while: a graph is opened before its tab is. */
  settledKey() {
    const key = this.key()
    if (key !== this.seen.key) this.seen = { key, since: this.now() }
    return key && this.now() - this.seen.since >= SETTLED_MS ? key : ''
  }

  /**
   * What the field `edited` holds once a person has set the box.
   * @param {string} [shown] the fingerprint of the picture that is shown
   */
  byHand(shown) {
    return byHand([shown ?? '', ...this.pictures.map(({ picture }) => picture)])
  }

  /**
   * Let the words stay where the layout has put them, whatever it says later; nothing where a person has put them.
   * @returns {boolean} whether that changed anything
   */
  hold() {
    this.token()
    const known = this.pictures.filter(({ place }) => place)
    if (!this.hasLayout || this.read().edited || !this.writable('edited') || !known.length) return false
    // Words below change the picture, unless the layers tell it apart from them; then the fields hold the place.
    const apart = connected(this.node, 'layers') || originOf(this.node, 'background')?.node?.type !== this.node.type
    this.write(apart ? { edited: held(known) } : { ...fieldsOf(known[0].place), edited: UNKNOWN_PICTURE })
    return true
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

/**
 * The fields of the box for a place of the layout's.
 * @param {import('../lib/edited.mjs').Place | null} place
 * @returns {Partial<Values>}
 */
function fieldsOf(place) {
  if (!place) return {}
  const whole = /** @type {[number, number]} */ ([100, 100]) // percent
  const anchor = ANCHORS.includes(place.anchor) ? place.anchor : 'center'
  return { ...fields(frame({ ...place, anchor: 'top-left' }, ...whole), anchor, whole, true), anchor }
}
