// @ts-check
/** The placement editor of one TextPlacer node: state, and what a gesture, a key or a reply changes in it. */
import { FIT, panned, shot, zoomed } from '../lib/camera.mjs'
import { around, changedBy, cutBack, fields, inkBox, kept, middle, pinned, resized, scaled } from '../lib/gestures.mjs'
import { History } from '../lib/history.mjs'
import { labelsFor, spoken } from '../lib/labels.mjs'
import { frame, freeBox } from '../lib/placement.mjs'
import { BOX_FIELDS, Bridge } from './bridge.mjs'
import { Exact } from './exact.mjs'
import { listenToKeys } from './keys.mjs'
import { Pointer } from './pointer.mjs'
import { Screen } from './screen.mjs'
import { build } from './view.mjs'

/** @typedef {import('./bridge.mjs').Values} Values */
/** @typedef {import('./exact.mjs').Reply} Reply */
/** @typedef {import('../lib/placement.mjs').Box} Box */
/** @typedef {import('../lib/gestures.mjs').Scene} Scene */
/** @typedef {import('../lib/gestures.mjs').Wear} Wear */
/** @typedef {import('../lib/snapping.mjs').Guide} Guide */
/** @typedef {[number, number]} Pair */
/** What undo brings back. @typedef {Omit<Values, 'opacity' | 'blend'>} Snapshot */

const PAUSE_MS = 60
const RETRY_AFTER_MS = 3000
const SPEAK_AFTER_MS = 500
const ZOOM_STEP = 1.25

export class Editor {
  /**
   * @param {any} node
   * @param {{ app: any, api: { fetchApi(path: string, options?: RequestInit): Promise<Response> } }} host
   * @param {() => Iterable<Editor>} all the editors of the graph
   */
  constructor(node, { app, api }, all = () => []) {
    this.app = app
    this.all = all
    this.bridge = new Bridge(node, app)
    this.labels = labelsFor(this.bridge.locale)
    this.view = build(this.labels)
    this.screen = new Screen(this.view, this.labels)
    /** @type {History<Snapshot>} */
    this.history = new History()
    this.values = this.bridge.read()
    this.settled = false
    /** The fields that were fed by other nodes when they were looked at last. */
    this.linked = ''
    /** @type {Reply | null} */
    this.reply = null
    this.camera = /** @type {import('../lib/camera.mjs').Camera} */ (FIT)
    /** @type {Guide[]} */
    this.guides = []
    /** @type {Snapshot | null} */
    this.reseeding = null
    /** Which editors' words stay in their place since a step, by what was before it. @type {WeakMap<Snapshot, Editor[]>} */
    this.holding = new WeakMap()
    this.exact = new Exact(api, crypto.randomUUID?.() ?? String(Math.random()), {
      onReply: (reply, asked) => this.take(reply, asked),
      onTrouble: (trouble) => this.trouble(trouble),
      onLost: () => this.lost(),
    })
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.speaking = undefined
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined
    this.drawing = 0
    this.pointer = new Pointer(this)
    listenToKeys(this)
    this.listenToBar()
    this.watcher = new ResizeObserver(() => this.draw())
  }

  /** The node is in a graph. */
  begin() {
    this.watcher.observe(this.view.stage)
    this.draw()
  }

  /** The node is gone. */
  stop() {
    this.pointer.stop()
    this.exact.stop()
    this.watcher.disconnect()
    clearTimeout(this.speaking)
    clearTimeout(this.again)
  }

  /** The node was filled from a file: what its fields hold now is where it starts. */
  configured() {
    this.settled = false
  }

  /** @param {unknown} output what a run put out */
  executed(output) {
    this.bridge.learn(output)
  }

  // --- what is there ------------------------------------------------------------------------------------------

  /** Width and height of the finished picture; a stand-in before there is one. @returns {Pair} */
  get canvas() {
    return this.reply?.canvas ?? [1000, 1000]
  }

  /** @returns {Scene} */
  get scene() {
    const { reply, canvas } = this
    return { canvas, free: reply?.zone ? freeBox(reply.zone, ...canvas) : null, ink: this.ink }
  }

  /** @returns {import('../lib/gestures.mjs').Ink | null} */
  get ink() {
    const overlay = this.reply?.overlay
    if (!this.reply || !overlay) return null
    const { overlay: image } = this.view
    if (overlay.scalable && image.naturalWidth) return { size: [image.naturalWidth, image.naturalHeight], scalable: true }
    return { size: [overlay.box[2] / this.reply.scale, overlay.box[3] / this.reply.scale], scalable: overlay.scalable }
  }

  /** @returns {Wear} */
  get wear() {
    return { anchor: this.values.anchor, rotation: this.values.rotation, keepAspect: this.values.keep_aspect }
  }

  /** The box that counts, in px of the finished picture. @returns {Box} */
  get box() {
    return kept(frame(this.values, ...this.canvas), this.values.rotation, this.scene.free)
  }

  /** @returns {import('../lib/camera.mjs').Shot} */
  get shot() {
    return shot(this.camera, this.screen.size, this.canvas)
  }

  /** @returns {Snapshot} */
  get snapshot() {
    const { x, y, width, height, anchor, rotation, keep_aspect, edited } = this.values
    return { x, y, width, height, anchor, rotation, keep_aspect, edited }
  }

  /**
   * Whether a part would change a field that another node feeds.
   * @param {string} part `frame`, `turn`, `handle:se`, `ghost:0` …
   * @param {{ proportional?: boolean, centred?: boolean }} [how] a handle is pulled
   */
  inert(part, how) {
    const fed = (/** @type {string} */ name) => !this.bridge.writable(name)
    const [kind, which] = part.split(':')
    if (kind === 'frame') return fed('x') && fed('y')
    if (kind === 'turn') return fed('rotation')
    if (kind === 'handle') return changedBy(which, this.wear, how).some(fed)
    return kind === 'ghost' && BOX_FIELDS.some(fed)
  }

  /** Say why a part does nothing. */
  refuse() {
    this.screen.speak(this.labels.linked)
  }

  // --- changing it --------------------------------------------------------------------------------------------

  /**
   * Take over values, in the fields and in the picture. A box that is set by hand comes before the layout's.
   * @param {Partial<Values>} values
   * @param {Guide[]} guides lines to show
   */
  apply(values, guides = []) {
    const byHand = BOX_FIELDS.some((name) => name in values) && !('edited' in values) && this.bridge.hasLayout
    const all = byHand ? { ...values, edited: this.bridge.byHand(this.reply?.fingerprint) } : values
    this.bridge.write(all)
    this.values = this.bridge.read()
    this.guides = guides
    this.screen.exactVisible = false
    this.ask(PAUSE_MS)
    this.draw()
  }

  /**
   * Put a box into the fields.
   * @param {Box} box in px of the finished picture
   * @param {{ exact?: boolean, guides?: Guide[] }} how exact: to the pixel
   */
  place(box, { exact = false, guides = [] } = {}) {
    const inside = kept(box, this.values.rotation, this.scene.free)
    this.apply(fields(inside, this.values.anchor, this.canvas, exact), guides)
  }

  /**
   * A change is complete: it can be undone, here and in the graph.
   * @param {Snapshot} before
   * @param {string} tag steps of one kind that follow quickly are one
   */
  finish(before, tag = '') {
    this.guides = []
    if (this.history.add(before, this.snapshot, tag)) this.holdOthers(before)
    clearTimeout(this.speaking)
    this.speaking = setTimeout(() => this.settle(), tag ? SPEAK_AFTER_MS : 0)
    this.draw()
  }

  /**
   * What a person did not touch stays where it is shown: the words of other placers, which the layout would move.
   * @param {Snapshot} [before] the step, for undo
   */
  holdOthers(before) {
    const others = [...this.all()].filter((one) => one !== this && one.bridge.hold())
    if (before && others.length) this.holding.set(before, others)
  }

  /** Take back the last step, and let go what it held. */
  undo() {
    const before = this.history.undo()
    this.restore(before)
    for (const one of (before && this.holding.get(before)) || []) one.bridge.release()
  }

  redo() {
    const after = this.history.redo()
    this.restore(after)
    if (after) this.holdOthers()
  }

  /** Tell a screen reader and the graph's undo. */
  settle() {
    this.screen.speak(spoken(this.values, this.labels))
    this.bridge.commit()
  }

  /** @param {Snapshot | null} to */
  restore(to) {
    if (!to) return
    this.apply(to)
    this.settle()
  }

  /**
   * Change something in one step.
   * @param {() => void} change
   * @param {string} tag
   */
  step(change, tag = '') {
    const before = this.snapshot
    change()
    this.finish(before, tag)
  }

  /** @param {Pair} by px of the finished picture */
  nudge(by) {
    const { box } = this
    if (!this.bridge.writable(by[0] ? 'x' : 'y')) return this.refuse()
    this.step(() => this.place({ ...box, x: box.x + by[0], y: box.y + by[1] }, { exact: true }), 'nudge')
  }

  /**
   * Move the right or the lower side.
   * @param {'e' | 's'} handle
   * @param {number} by px of the finished picture
   */
  resize(handle, by) {
    if (this.inert(`handle:${handle}`)) return this.refuse()
    const { box, wear, scene } = this
    const after = pinned(box, resized(box, handle, [by, by]), handle, wear, scene)
    this.step(() => this.place(cutBack(box, after, wear, scene.free, false), { exact: true }), 'resize')
  }

  /** Make the box larger or smaller about its middle. @param {number} factor */
  scale(factor) {
    if (this.inert('handle:se', { centred: true })) return this.refuse()
    const { box, wear, scene } = this
    this.step(() => this.place(cutBack(box, scaled(box, factor), wear, scene.free, true), { exact: true }), 'scale')
  }

  /** @param {number} degrees */
  turn(degrees) {
    if (this.inert('turn')) return this.refuse()
    this.step(() => this.apply({ rotation: around(this.values.rotation + degrees) }), 'turn')
  }

  /** @param {0 | 1} axis 0 = horizontally */
  center(axis) {
    const { box } = this
    const by = this.canvas[axis] / 2 - middle(inkBox(box, this.wear, this.scene))[axis]
    const there = axis === 0 ? { ...box, x: box.x + by } : { ...box, y: box.y + by }
    this.step(() => this.place(there, { exact: true }))
  }

  /** Take the place that the layout suggests. @param {number} index */
  takeGhost(index) {
    const ghost = this.reply?.ghosts[index]
    if (!ghost) return
    if (this.inert('ghost')) return this.refuse()
    const [x, y, width, height] = ghost.box
    const box = frame({ x, y, width, height, anchor: 'top-left' }, ...this.canvas)
    const { anchor } = ghost
    this.step(() => this.apply({ ...fields(box, anchor, this.canvas, true), anchor }))
  }

  /** The picture changed: the box stays as it was set by hand. */
  keep() {
    this.apply({ edited: this.bridge.byHand(this.reply?.fingerprint) })
    this.settle()
  }

  /** The picture changed: the layout says again where the words go. */
  reseed() {
    this.reseeding = this.snapshot
    this.apply({ edited: '' })
  }

  // --- the server's side --------------------------------------------------------------------------------------

  /** @param {number} pauseMs */
  ask(pauseMs) {
    const question = this.bridge.question()
    if (!question.token && !question.file) return this.wait()
    if (this.exact.ask(question, pauseMs) && !this.reply) this.screen.say(this.labels.loading)
  }

  /** There is nothing to ask about: no run is kept, and no file is known. */
  wait() {
    this.exact.stop()
    this.screen.say(this.labels.waiting)
    if (this.screen.exactVisible) this.draw()
    this.screen.exactVisible = false
  }

  /** @param {import('./exact.mjs').Trouble} trouble with no words of the server's where it could not be reached */
  trouble({ what, fix }) {
    this.screen.say([what || this.labels.offline, what && fix].filter(Boolean).join('. '))
    clearTimeout(this.again)
    if (!what) this.again = setTimeout(() => this.exact.retry(), RETRY_AFTER_MS)
    this.screen.exactVisible = false
    this.draw()
  }

  lost() {
    this.bridge.forget()
    this.exact.retry()
    this.ask(0)
  }

  /**
   * @param {Reply} reply
   * @param {string} asked
   */
  async take(reply, asked) {
    const current = await this.screen.load(reply, () => asked === this.exact.asked)
    if (!current && this.reply) return this.draw()
    this.reply = reply
    this.screen.say('')
    if (current) this.adopt(reply)
    if (current && JSON.stringify(this.bridge.question()) === asked) this.follow(reply)
    this.screen.exactVisible = current
    this.draw()
  }

  /** Take what other nodes feed from the reply. @param {Reply} reply */
  adopt(reply) {
    this.bridge.used = { ...reply.values, ...this.advised(reply) }
    const values = /** @type {Record<string, unknown>} */ (this.bridge.read())
    const fed = Object.keys(this.values).filter((name) => !this.bridge.writable(name))
    this.values = { ...this.values, ...Object.fromEntries(fed.map((name) => [name, values[name]])) }
  }

  /** The fields of the box where the layout rules; none where it does not. @param {Reply} reply @returns {Partial<Values>} */
  advised(reply) {
    if (!reply.advised || !this.bridge.hasLayout) return {}
    const { anchor } = reply.placement
    return { ...fields(frame(reply.placement, ...reply.canvas), anchor, reply.canvas), anchor }
  }

  /** Where the layout rules, the fields say what it chose. @param {Reply} reply */
  follow(reply) {
    this.bridge.write(this.advised(reply))
    this.values = this.bridge.read()
    this.exact.asked = JSON.stringify(this.bridge.question())
    if (this.reseeding) {
      this.history.add(this.reseeding, this.snapshot)
      this.settle()
    }
    this.reseeding = null
  }

  /** Look at the fields and the graph: they may have been changed from elsewhere. */
  check() {
    if (this.pointer.busy || !this.screen.seen) return
    const values = this.bridge.read()
    const before = this.snapshot
    const changed = JSON.stringify(values) !== JSON.stringify(this.values)
    const linked = this.bridge.linked.join()
    const relinked = linked !== this.linked
    if (relinked) this.linked = linked
    if (changed) this.outside(values, before, relinked)
    this.settled = true
    this.ask(PAUSE_MS)
    if (changed || relinked || this.screen.zoomChanged()) this.draw()
  }

  /**
   * @param {Values} values
   * @param {Snapshot} before
   * @param {boolean} relinked it is links that were made or taken away, which is the graph's to undo
   */
  outside(values, before, relinked) {
    const boxed = BOX_FIELDS.some((name) => values[name] !== before[name])
    this.values = values
    this.screen.exactVisible = false
    if (!this.settled || relinked) return
    if (boxed && values.edited === before.edited && this.reply?.advised && this.bridge.hasLayout) {
      this.bridge.write({ edited: this.bridge.byHand(this.reply.fingerprint) })
      this.values = this.bridge.read()
    }
    if (this.history.add(before, this.snapshot, 'field') && boxed) this.holdOthers(before)
  }

  // --- what is seen -------------------------------------------------------------------------------------------

  /** @param {number} factor @param {Pair} [point] on the stage */
  zoom(factor, point) {
    const { size } = this.screen
    this.camera = zoomed(this.camera, factor, point ?? [size[0] / 2, size[1] / 2], size, this.canvas)
    this.draw()
  }

  /** Show another picture of the run. @param {number} by */
  page(by) {
    this.bridge.page(by)
    this.ask(0)
    this.draw()
  }

  fit() {
    this.camera = FIT
    this.draw()
  }

  /** @param {Pair} by stage px */
  pan(by) {
    this.camera = panned(this.camera, by, this.screen.size, this.canvas)
    this.draw()
  }

  draw() {
    if (this.drawing) return
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0
      this.screen.draw(this)
    })
  }

  listenToBar() {
    const { undo, redo, previous, next, lock, centerX, centerY, zoomIn, zoomOut, zoomFit, keep, reseed, bar, pages, stage } = this.view
    const on = (/** @type {HTMLElement} */ element, /** @type {() => void} */ act) =>
      element.addEventListener('click', (event) => {
        act()
        // A click with the pointer leaves the keys to the frame; one from the keyboard leaves the focus where it is.
        if (event.detail > 0) stage.focus({ preventScroll: true })
      })
    on(undo, () => this.undo())
    on(redo, () => this.redo())
    on(previous, () => this.page(-1))
    on(next, () => this.page(1))
    on(lock, () => this.step(() => this.apply({ keep_aspect: !this.values.keep_aspect })))
    on(centerX, () => this.center(0))
    on(centerY, () => this.center(1))
    on(zoomIn, () => this.zoom(ZOOM_STEP))
    on(zoomOut, () => this.zoom(1 / ZOOM_STEP))
    on(zoomFit, () => this.fit())
    on(keep, () => this.keep())
    on(reseed, () => this.reseed())
    for (const each of [bar, pages]) each.addEventListener('pointerdown', (event) => event.stopPropagation())
  }
}
